import type { Language } from '../../../lib/language.ts';
import type {
  OrigChoicesFacts,
  OrigFacts,
  OrigGreetingFacts,
  OrigPolishFacts,
  OrigSeedsFacts,
} from '../../orig-tasks.ts';
import { fresh, keyOf, ROUNDS, type Scene, setScene } from './chat.ts';
import { fits, tidy } from './reading.ts';

const PIECE_CHARS = 200;

/** Something of what has happened that can stand in the language's prose. */
function pastOf({ random }: Scene, happened: readonly string[], language: Language): string | undefined {
  const usable = happened.map((piece) => tidy(piece, PIECE_CHARS)).filter((piece) => fits(piece, language));
  return usable.length > 0 ? usable[Math.floor(random.next() * usable.length)] : undefined;
}

function personOf(
  { random }: Scene,
  { persons, characterName }: { persons: readonly string[]; characterName: string },
) {
  const others = persons.filter((name) => name !== characterName);
  return others.length > 0 ? others[Math.floor(random.next() * others.length)] : undefined;
}

/** One answer inside a story: deeds and words of the character, with what has happened and who is in it. */
export function composeOrigTurn(facts: OrigFacts, language: Language): string {
  const scene = setScene('orig.turn', facts, { char: facts.characterName, user: facts.userName }, language);
  const { teller } = scene;
  const say = (section: string) => fresh(scene, section, facts.lastReply);
  const paragraphs: string[] = [];
  const tell = (section: string, text: string) => {
    teller.bind('memo', tidy(text, PIECE_CHARS));
    paragraphs.push(`* ${say(section)}`);
  };
  if (facts.situation !== '') tell('origsituation', facts.situation);
  if (facts.advances) paragraphs.push(`* ${say('origgo')}`);
  const key = keyOf(facts.userText, language);
  if (key !== undefined) teller.bind('key', key);
  for (let round = 0; round < ROUNDS[facts.length]; round += 1) {
    paragraphs.push(`* ${say('chatact')}`, say(key !== undefined && round === 0 ? 'chatkey' : 'chatsay'));
  }
  const past = pastOf(scene, facts.happened, language);
  if (past !== undefined) tell('origpast', past);
  const person = personOf(scene, facts);
  if (person !== undefined) {
    teller.bind('person', person);
    paragraphs.push(say('origperson'));
  }
  for (const memo of facts.memos.slice(0, 3)) tell('chatmemo', memo);
  if (facts.stage === 'close') paragraphs.push(`* ${say('chatclose')}`);
  paragraphs.push(say('chatask'));
  return paragraphs.join('\n\n');
}

/** How a character meets the user where the story stands. */
export function composeGreeting(facts: OrigGreetingFacts, language: Language): string {
  const scene = setScene('orig.greeting', facts, { char: facts.characterName, user: facts.userName }, language);
  const { teller } = scene;
  const paragraphs = [scene.teller.sentence('orighello')];
  if (facts.storyTitle !== '') {
    teller.bind('title', language === 'ko' ? `『${facts.storyTitle}』` : `“${facts.storyTitle}”`);
    paragraphs.push(`* ${teller.sentence('origtitle')}`);
  }
  const past = pastOf(scene, facts.happened, language);
  paragraphs.push(past === undefined ? teller.sentence('orighow') : `* ${past}`, teller.sentence('origask'));
  return paragraphs.join('\n\n');
}

/** A line that gives a speaker's name before the words. */
const LABELLED = /^\s*(?:\*\*)?([\p{L}\p{M}][\p{L}\p{M} .'’-]{0,38})(?:\*\*)?\s*[:：]\s*\S/u;

/** The same text without lines said twice or for the user, or with no more speakers than may speak. */
export function composePolished({ goal, text, characterName, userName, maxOthers }: OrigPolishFacts): string {
  const speakers = new Set<string>();
  const told = new Set<string>();
  const lines = text.split('\n').filter((line) => {
    const speaker = LABELLED.exec(line)?.[1]?.trim();
    if (goal === 'speakers') {
      if (speaker === undefined || speaker === characterName) return true;
      if (speakers.has(speaker)) return true;
      if (speakers.size >= maxOthers) return false;
      speakers.add(speaker);
      return true;
    }
    if (speaker !== undefined && speaker === userName) return false;
    const said = line.trim();
    if (said === '') return true;
    const again = told.has(said);
    told.add(said);
    return !again;
  });
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Things the user may do next, short enough for a button. */
export function composeOrigChoices(facts: OrigChoicesFacts, language: Language) {
  const scene = setScene('orig.choices', facts, { char: facts.characterName, user: facts.userName }, language);
  return { choices: Array.from({ length: facts.count }, () => ({ label: scene.teller.word('origchoice') })) };
}

/** Where one might step into a story: something for each of its last chapters. */
export function composeSeeds(facts: OrigSeedsFacts, language: Language) {
  const scene = setScene('orig.seeds', facts, { char: '', user: '' }, language);
  return {
    seeds: facts.chapters.map(({ no, title }) => ({
      chapter: no,
      label: tidy(title !== '' && fits(title, language) ? title : scene.teller.word('origseed'), 38),
    })),
  };
}
