import type { Language } from '../../../lib/language.ts';
import type {
  ChatChoicesFacts,
  ChatFacts,
  ChatNextActionFacts,
  ChatRegenerateFacts,
  ChatSummaryFacts,
} from '../../chat-tasks.ts';
import { createTeller, type Teller } from './grammar.ts';
import { grammars } from './languages.ts';
import { nounsOf } from './nouns.ts';
import { type Random, seededRandom, seedOf } from './random.ts';
import { fits, tidy } from './reading.ts';

export type Scene = { teller: Teller; random: Random; language: Language };

/** Pairs of deed and word, by the length asked for. */
export const ROUNDS = { short: 1, medium: 2, long: 4 } as const;
const MAX_DRAWS = 20;

/** Who speaks, and with which luck: the same facts give the same. */
export function setScene(
  task: string,
  facts: unknown,
  names: { char: string; user: string },
  language: Language,
): Scene {
  const random = seededRandom(seedOf({ task, facts }));
  const teller = createTeller(grammars[language], random, ['everyday', 'neutral']);
  teller.bind('char', names.char);
  teller.bind('user', names.user);
  return { teller, random, language };
}

/** A sentence that was not said in the last reply. */
export function fresh({ teller }: Scene, section: string, lastReply: string): string {
  let sentence = '';
  for (let draws = 0; draws < MAX_DRAWS; draws += 1) {
    sentence = teller.sentence(section);
    if (!lastReply.includes(sentence)) break;
  }
  teller.tell(sentence);
  return sentence;
}

/** What the user spoke of, if a word of it can stand in the language's prose. */
export function keyOf(text: string, language: Language): string | undefined {
  return nounsOf(tidy(text, 400), 6).find((noun) => fits(noun, language));
}

/** One answer: what the character does and says, what it remembers, an event's lines, and the stats that moved. */
export function composeTurn(facts: ChatFacts, language: Language): string {
  return compose('turn', facts, language) + hiddenDelta(facts);
}

/** Goes on with the last reply; nothing of a turn moves. */
export function composeContinuation(facts: ChatFacts, language: Language): string {
  return compose('continue', facts, language);
}

function compose(task: 'turn' | 'continue', facts: ChatFacts, language: Language): string {
  const scene = setScene(task, facts, { char: facts.characterName, user: facts.userName }, language);
  const { teller, random } = scene;
  const say = (section: string) => fresh(scene, section, facts.lastReply);
  const key = keyOf(facts.userText, language);
  if (key !== undefined) teller.bind('key', key);
  const spoken = (round: number) => (key !== undefined && round === 0 ? 'chatkey' : 'chatsay');
  const paragraphs: string[] = [];
  if (task === 'continue') paragraphs.push(`* ${say('chaton')}`);
  for (let round = 0; round < ROUNDS[facts.length]; round += 1) {
    paragraphs.push(`* ${say('chatact')}${round > 0 && random.next() < 0.5 ? ` ${say('chatact')}` : ''}`);
    paragraphs.push(say(spoken(round)));
  }
  for (const memo of facts.memos.slice(0, 3)) {
    teller.bind('memo', tidy(memo, 160));
    paragraphs.push(`* ${say('chatmemo')}`);
  }
  if (facts.event) paragraphs.push(...eventLines(scene, facts.event, say));
  if (facts.stage === 'close') paragraphs.push(`* ${say('chatclose')}`);
  paragraphs.push(say('chatask'));
  return paragraphs.join('\n\n');
}

function eventLines(
  { teller }: Scene,
  event: NonNullable<ChatFacts['event']>,
  say: (section: string) => string,
): string[] {
  const lines: string[] = [];
  if (event.summary) {
    teller.bind('memo', tidy(event.summary, 200));
    lines.push(`* ${say('chatevent')}`);
  }
  if (event.narration)
    lines.push(
      event.narration
        .split('\n')
        .map((line) => `* ${line}`)
        .join('\n'),
    );
  if (event.dialogue) lines.push(`"${event.dialogue}"`);
  return lines;
}

const MAX_STEP = 5;

/** The hidden block of the protocol: up to two stats move a little, always within what their bounds leave. */
function hiddenDelta(facts: ChatFacts): string {
  const random = seededRandom(seedOf({ task: 'stats', facts }));
  const moved = random.shuffle(facts.stats).slice(0, 2);
  const stats = moved.flatMap(({ id, value, min, max }) => {
    const step = 1 + Math.floor(random.next() * MAX_STEP);
    const delta = Math.min(max, Math.max(min, value + (random.next() < 0.75 ? step : -step))) - value;
    return delta === 0 ? [] : [{ stat_id: id, delta }];
  });
  if (facts.stats.length === 0) return '';
  return `\n\n<!-- CC_STAT_DELTA_START -->\n${JSON.stringify({ stats })}\n<!-- CC_STAT_DELTA_END -->`;
}

/** The same said again, otherwise: its spoken lines stay, what happens around them is told anew. */
export function composeRegenerated(facts: ChatRegenerateFacts, language: Language): string {
  const scene = setScene('regenerate', facts, { char: facts.characterName, user: facts.userName }, language);
  const spoken = facts.text.split('\n').filter((line) => /^["“「]/.test(line.trim()));
  const say = (section: string) => fresh(scene, section, facts.text);
  const lines = spoken.length > 0 ? spoken.slice(0, 3) : [say('chatsay')];
  return [`* ${say('chatlead')} ${say('chatact')}`, ...lines, say('chatsay')].join('\n\n');
}

const SUMMARY_CHARS = 3_600;
const SUMMARY_LINE_CHARS = 90;

/** The story so far with what came since, each line shortened; the oldest goes when it gets too long. */
export function composeSummary(facts: ChatSummaryFacts, language: Language): string {
  const scene = setScene('summary', facts, { char: facts.characterName, user: facts.userName }, language);
  const lines = facts.lines.map(({ byUser, text }) => {
    const who = byUser ? facts.userName : facts.characterName;
    return `${who}: ${tidy(text.replace(/^\*\s*/gm, ''), SUMMARY_LINE_CHARS)}`;
  });
  const kept = [...(facts.before ? facts.before.split('\n') : [scene.teller.sentence('chatsum')]), ...lines];
  while (kept.join('\n').length > SUMMARY_CHARS && kept.length > 1) kept.shift();
  return kept.join('\n');
}

/** Things the user might say next, each with what they do along with it. */
export function composeChoices(facts: ChatChoicesFacts, language: Language) {
  const { teller } = sceneFor('choices', facts, language);
  const draw = (section: string) => teller.sentence(section);
  return {
    choices: Array.from({ length: facts.count }, () => ({
      dialogue: draw('chatchoicesay'),
      narration: draw('chatchoiceact'),
    })),
  };
}

/** What the user might do next, in one line. */
export function composeNextAction(facts: ChatNextActionFacts, language: Language) {
  return { narration: sceneFor('next_action', facts, language).teller.sentence('chatnext') };
}

function sceneFor(task: string, facts: ChatFacts & { hint: string }, language: Language): Scene {
  const scene = setScene(task, facts, { char: facts.characterName, user: facts.userName }, language);
  const key = keyOf(`${facts.hint} ${facts.lastReply}`, language);
  scene.teller.bind('key', key ?? facts.characterName);
  return scene;
}
