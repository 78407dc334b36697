import { type CharacterFacts, DetailsAnswer } from '../../../llm/character-tasks.ts';
import { objectWithoutModel } from '../../../llm/fallback.ts';
import { cleanText, cleanWords } from './clean.ts';
import { type Desk, draftObject } from './desk.ts';
import { buildMessages } from './prompt/build.ts';

export type DraftedDetails = {
  personality: string;
  speechStyle: string;
  interests: string[];
  likes: string[];
  dislikes: string[];
};
type Task = 'quick.details' | 'wizard.details';

const PROSE_MAX_CHARS = 300;
const LEAST_PROSE_CHARS = 10;
const WORDS = 3;
const WORD_MAX_CHARS = 20;
const MODES_CHARS = 200;
const MAX_TOKENS = 1_500;

function detailsCall(desk: Desk, task: Task, facts: CharacterFacts, sectionModes: Record<string, string>) {
  const { language } = desk;
  const modes = Object.entries(sectionModes)
    .map(([section, mode]) => `${section}: ${mode}`)
    .join(', ')
    .slice(0, MODES_CHARS);
  return {
    task,
    language,
    maxTokens: MAX_TOKENS,
    facts: { ...facts, sectionModes },
    messages: buildMessages('details', language, facts, { modes }),
  } as const;
}

/** How the person is and speaks, with three words each of interests, likes and dislikes. Throws `llm.*`. */
export function writeDetails(
  desk: Desk,
  limitMs: number,
  task: Task,
  facts: CharacterFacts,
  sectionModes: Record<string, string> = {},
): Promise<DraftedDetails> {
  const call = detailsCall(desk, task, facts, sectionModes);
  return draftObject(desk, limitMs, call, DetailsAnswer, (answer) => {
    const found = cleanDetails(answer);
    const complete =
      found.personality.length >= LEAST_PROSE_CHARS &&
      found.speechStyle.length >= LEAST_PROSE_CHARS &&
      [found.interests, found.likes, found.dislikes].every((list) => list.length === WORDS);
    return complete ? found : undefined;
  });
}

/** The same without a model. */
export function detailsWithoutModel(desk: Desk, task: Task, facts: CharacterFacts): DraftedDetails {
  return cleanDetails(objectWithoutModel(detailsCall(desk, task, facts, {}), DetailsAnswer));
}

type Answered = {
  personality: string;
  speech_style: string;
  interests: string[];
  likes: string[];
  dislikes: string[];
};

function cleanDetails(answer: Answered): DraftedDetails {
  return {
    personality: cleanText(answer.personality, PROSE_MAX_CHARS),
    speechStyle: cleanText(answer.speech_style, PROSE_MAX_CHARS),
    interests: cleanWords(answer.interests, WORDS, WORD_MAX_CHARS),
    likes: cleanWords(answer.likes, WORDS, WORD_MAX_CHARS),
    dislikes: cleanWords(answer.dislikes, WORDS, WORD_MAX_CHARS),
  };
}

/** The one text that the wizard takes apart again: the nature, then three lists under the headings it looks for. */
export function personalityText(details: DraftedDetails): string {
  const list = (heading: string, words: string[]) => `[${heading}]\n${words.join('\n')}`;
  return [
    details.personality,
    list('관심사', details.interests),
    list('좋아하는 것', details.likes),
    list('싫어하는 것', details.dislikes),
  ].join('\n\n');
}
