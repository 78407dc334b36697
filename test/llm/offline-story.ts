import type { Language } from '../../src/lib/language.ts';
import { createLogger } from '../../src/lib/log.ts';
import { type Llm, openLlm } from '../../src/llm/gateway.ts';
import { type StoryFacts, StoryTitle, type TextCall } from '../../src/llm/tasks.ts';

/** The gateway without configuration, typing at `charsPerSecond`. */
export function offlineLlm(charsPerSecond = 0): Llm {
  const none = { baseUrl: '', apiKey: '', model: '', fallbackModel: '', models: '[]' };
  return openLlm({ ...none, offlineCharsPerSecond: charsPerSecond }, createLogger('silent'));
}

export const wish: StoryFacts = {
  prompt: '',
  keywords: [],
  genre: null,
  tone: 'neutral',
  targetChars: 3_000,
  chapters: 2,
};

/** The words of one call, joined. Its messages are empty: the offline provider reads none. */
export async function ask(call: DistributiveOmit<TextCall, 'messages'>, llm = offlineLlm()): Promise<string> {
  return (await Array.fromAsync(llm.streamText({ ...call, messages: [] } as TextCall, neverAborted()))).join('');
}

type DistributiveOmit<T, K extends keyof T> = T extends unknown ? Omit<T, K> : never;

export function neverAborted(): AbortSignal {
  return new AbortController().signal;
}

/** Writes a story the way the product does: plan, chapters, title. */
export async function tellStory(given: Partial<StoryFacts>, language: Language) {
  const llm = offlineLlm();
  const facts = { ...wish, ...given };
  const concept = await ask({ task: 'story.plan.concept', language, facts }, llm);
  const world = await ask({ task: 'story.plan.world', language, facts: { ...facts, concept } }, llm);
  const characters = await ask({ task: 'story.plan.characters', language, facts: { ...facts, concept, world } }, llm);
  const chapterTargetChars = Math.round(facts.targetChars / facts.chapters);
  const chapters: string[] = [];
  for (let chapterNo = 1; chapterNo <= facts.chapters; chapterNo += 1) {
    const previousTail = chapters.at(-1)?.slice(-300) ?? '';
    const plan = { concept, world, characters };
    const chapterFacts = { ...facts, ...plan, chapterNo, chapterTargetChars, previousTail };
    chapters.push(await ask({ task: 'story.body', language, facts: chapterFacts }, llm));
  }
  const titleFacts = { ...facts, concept, opening: chapters[0]?.slice(0, 300) ?? '' };
  const titleCall = { task: 'story.title', language, facts: titleFacts, messages: [] } as const;
  const { title } = await llm.produce(titleCall, StoryTitle, neverAborted());
  return { concept, world, characters, chapters, chapterTargetChars, title, body: chapters.join('\n\n') };
}
