import { groupNames, hasFinal } from '../../../../lib/person-names.ts';
import words from '../text/persons.ko.txt' with { type: 'text' };
import { type Sighting, wordsOf } from './found.ts';

const OFFICES = [...wordsOf(words, 'office')].toSorted((a, b) => b.length - a.length);
const KIN = wordsOf(words, 'kin');
const NEVER = wordsOf(words, 'never');

/** What a particle says about the word before it. `after`: whether that word must end in a consonant. */
type Particle = { readonly sign: Sign; readonly after?: 'consonant' | 'vowel' };
type Sign = 'topic' | 'subject' | 'object' | 'of' | 'with' | 'also' | 'to' | 'place';

const PARTICLES = new Map<string, Particle>([
  ['은', { sign: 'topic', after: 'consonant' }],
  ['는', { sign: 'topic', after: 'vowel' }],
  ['이', { sign: 'subject', after: 'consonant' }],
  ['가', { sign: 'subject', after: 'vowel' }],
  ['께서', { sign: 'to' }],
  ['을', { sign: 'object', after: 'consonant' }],
  ['를', { sign: 'object', after: 'vowel' }],
  ['의', { sign: 'of' }],
  ['과', { sign: 'with', after: 'consonant' }],
  ['와', { sign: 'with', after: 'vowel' }],
  ['도', { sign: 'also' }],
  ...['에게', '에게서', '에게는', '에게도', '에게로', '한테', '한테서', '한테는', '더러', '께', '께서는', '께서도'].map(
    (form): [string, Particle] => [form, { sign: 'to' }],
  ),
  ...['에', '에서', '에는', '에도', '에서는', '에서도', '에만', '으로', '로'].map((form): [string, Particle] => [
    form,
    { sign: 'place' },
  ]),
]);
const LONGEST_PARTICLE = 3;

const SPEECH =
  /말하|말했|말한|물었|묻는|묻고|물어|대답|외쳤|외치|소리쳤|소리치|소리를 질|중얼|속삭|부르짖|반문|설명|덧붙|되물|고함|투덜|재촉|타일|라고 한다|라고 했|하고 권/;
const DEED =
  /생각|바라보|쳐다보|돌아보|내려다|올려다|웃|울었|울며|고개를|눈을|손을|입을|어깨를|앉|일어|일어나|걸어|걸었|달려|뛰어|들어왔|들어섰|들어갔|나갔|나왔|나온다|돌아왔|돌아섰|끄덕|느꼈|느끼|알았|몰랐|보았|봤다|본다|잡았|던졌|마셨|마시|먹었|먹는|한숨|놀라|놀랐|망설|주저|결심|기다|싶었|싶다|두려|부끄|미소|노려/;
/** `…” 하고 P는`: who spoke is named after the quotation. */
const AFTER_QUOTE = /[”"’']\s*(?:(?:이?라고|하고|하며|하면서|이?라며)\s*)?$/;

/** A given name with its 이; not the kinds of people and things that end so. */
const GIVEN_NAME = /^[가-힣]{2,3}(?<!쟁|뱅|둥|강|깽|맹|퉁|걸|잡|맞|풀|닫|볶|구|떨|발|붙|먹|늙은|젊은|어린)이$/;

type Tally = {
  named: boolean;
  mentions: number;
  evidence: number;
  first: number;
  signs: Set<Sign>;
};

/** The persons that a Korean text names. `known` names need less to be believed. */
export function koreanPersons(text: string, known: readonly string[]): Sighting[] {
  const tallies = new Map<string, Tally>();
  for (const match of text.matchAll(/(?<![\p{L}])[A-Z]?[가-힣]{1,11}(?!\p{L})|(?<![\p{L}])[A-Z](?!\p{L})/gu)) {
    const found = readWord(match[0]);
    if (!found) continue;
    const tally = tallies.get(found.stem) ?? {
      mentions: 0,
      evidence: 0,
      first: match.index,
      signs: new Set<Sign>(),
      named: false,
    };
    tallies.set(found.stem, tally);
    tally.mentions += 1;
    tally.named ||= found.named;
    if (found.sign) tally.signs.add(found.sign);
    tally.evidence += evidenceOf(found, text, match.index, match.index + match[0].length);
  }
  return gather(tallies, new Set(known));
}

type Word = { stem: string; sign: Sign | undefined; called: boolean; named: boolean };

/** A word as stem and particle; undefined for what cannot be a name. */
function readWord(word: string): Word | undefined {
  for (let length = Math.min(LONGEST_PARTICLE, word.length - 1); length >= 1; length -= 1) {
    const stem = word.slice(0, -length);
    const particle = PARTICLES.get(word.slice(-length));
    if (!particle || !fitsAfter(stem, particle.after)) continue;
    // 치삼이를: a consonant before 이 and a particle after it is how given names are used. (반짝이는 is a verb.)
    const named = GIVEN_NAME.test(stem) && hasFinal(stem.at(-2) as string) && particle.sign !== 'topic';
    return nameLike(stem) ? { stem, sign: particle.sign, called: false, named } : undefined;
  }
  const call = /^(.{1,4})([아야])$/u.exec(word);
  const called = call?.[1] !== undefined && hasFinal(call[1].at(-1) as string) === (call[2] === '아');
  if (called && nameLike(call[1] as string)) return { stem: call[1] as string, sign: undefined, called, named: false };
  return nameLike(word) ? { stem: word, sign: undefined, called: false, named: false } : undefined;
}

function fitsAfter(stem: string, after: Particle['after']): boolean {
  const last = stem.at(-1) ?? '';
  // Letters are read aloud as they come: L, M, N and R end in a consonant.
  if (/[A-Z]/.test(last)) return after === undefined || /[LMNR]/.test(last) === (after === 'consonant');
  return after === undefined || hasFinal(last) === (after === 'consonant');
}

function nameLike(stem: string): boolean {
  if (/^[A-Z]/.test(stem)) return stem.length <= 4;
  return stem.length >= 2 && stem.length <= 6 && !NEVER.has(stem) && !NEVER.has(stem.replace(/[들이]$/, ''));
}

const officeOf = (stem: string) => OFFICES.find((office) => stem.endsWith(office) && stem.length > office.length);

function evidenceOf({ stem, sign, called, named }: Word, text: string, at: number, end: number): number {
  let evidence = 0;
  const after = text.slice(end, end + 1);
  if (called && /[,!.?…~]/.test(after)) evidence += 1.5;
  if (named) evidence += 2;
  if (sign === 'to') evidence += 2;
  if (sign === 'place') evidence -= 3;
  if (officeOf(stem)) evidence += 1;
  if (sign === 'topic' || sign === 'subject') {
    if (AFTER_QUOTE.test(text.slice(Math.max(0, at - 12), at))) evidence += 1.5;
    const rest = /^[^.!?”"\n]{0,60}/.exec(text.slice(end, end + 60))?.[0] ?? '';
    if (SPEECH.test(rest)) evidence += 1;
    else if (DEED.test(rest)) evidence += 0.5;
  }
  return evidence;
}

const ENOUGH = 2;

function gather(tallies: Map<string, Tally>, known: ReadonlySet<string>): Sighting[] {
  const entries = [...tallies].filter(([stem, tally]) => {
    if (known.has(stem)) return true;
    // 기다리는, 젊은, 돌아가: endings that look like particles come one at a time.
    return tally.signs.size >= 2 || tally.evidence >= ENOUGH * 2 || stem.endsWith('이');
  });
  const groups = groupNames(entries.map(([name, { mentions }]) => ({ name, weight: mentions })));
  return groups.flatMap(({ name, aliases, members }) => {
    const parts = members.flatMap((index) => entries[index]?.[1] ?? []);
    const sum = (read: (tally: Tally) => number) => parts.reduce((total, part) => total + read(part), 0);
    const mentions = sum((part) => part.mentions);
    // Somebody called by a letter: a thing would have a word.
    const initial = /^[A-Z]$/.test(name) && parts.some((part) => part.signs.size >= 2);
    const evidence = sum((part) => part.evidence) + (initial ? ENOUGH : 0);
    const isKnown = [name, ...aliases].some((form) => known.has(form));
    const often = mentions >= 2 || parts.some((part) => part.named);
    if ((evidence < ENOUGH || !often) && !isKnown) return [];
    const first = Math.min(...parts.map((part) => part.first));
    return [{ name, aliases, mentions, evidence: KIN.has(name) ? evidence / 2 : evidence, first }];
  });
}
