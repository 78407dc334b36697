import type { Ctx } from '../../context.ts';
import { AppError } from '../../lib/errors.ts';
import { languageOf } from '../../lib/language.ts';
import { storableText } from '../../lib/storable.ts';
import { safePrefix } from '../../lib/text.ts';
import { EnrichAnswer } from '../../llm/extract-tasks.ts';
import type { CharacterDraft } from '../characters/draft.ts';
import { type StoryToSearch, windowsOfStory } from './find-persons.ts';
import { buildMessages } from './prompt/build.ts';

type Named = { name: string; aliases: string[] };
type Portrait = Pick<
  CharacterDraft,
  'personality' | 'speechStyle' | 'greeting' | 'worldSetting' | 'backgroundStory' | 'baseLanguage'
>;

/** Of the passages about one person so many characters are read. */
const PASSAGES_CHARS = 12_000;
const PORTRAIT_TOKENS = 3_500;
/** Less than the route that waits for one portrait. */
const PORTRAIT_MS = 75_000;
const limits = { personality: 1_200, speechStyle: 800, greeting: 500, worldSetting: 2_000, backgroundStory: 3_000 };

/**
 * Draws persons from the passages in which they appear. One that cannot be drawn has an empty portrait: the person is
 * there all the same. Throws the signal's reason when it aborts.
 */
export async function drawPersons(
  ctx: Ctx,
  story: StoryToSearch,
  persons: readonly Named[],
  signal: AbortSignal,
): Promise<Portrait[]> {
  const passages = await gatherPassages(ctx, story, persons, signal);
  return Promise.all(persons.map((person, index) => draw(ctx, story, person, passages[index] ?? [], signal)));
}

/** The paragraphs that name each person, from the beginning of the story on; read once for all of them. */
async function gatherPassages(
  ctx: Ctx,
  story: StoryToSearch,
  persons: readonly Named[],
  signal: AbortSignal,
): Promise<string[][]> {
  const gathered = persons.map(({ name, aliases }) => ({
    names: [name, ...aliases],
    passages: [] as string[],
    chars: 0,
  }));
  for await (const window of windowsOfStory(ctx, story)) {
    signal.throwIfAborted();
    const wanting = gathered.filter(({ chars }) => chars < PASSAGES_CHARS);
    if (wanting.length === 0) break;
    for (const paragraph of window.split(/\n[ \t]*\n/))
      for (const one of wanting) {
        if (one.chars >= PASSAGES_CHARS || !one.names.some((name) => paragraph.includes(name))) continue;
        const passage = safePrefix(paragraph, PASSAGES_CHARS - one.chars);
        one.passages.push(passage);
        one.chars += passage.length;
      }
  }
  return gathered.map(({ passages }) => passages);
}

async function draw(
  ctx: Ctx,
  story: StoryToSearch,
  person: Named,
  passages: string[],
  signal: AbortSignal,
): Promise<Portrait> {
  const language = languageOf(passages.join(' '), languageOf(story.title));
  const facts = { name: person.name, aliases: person.aliases, storyTitle: story.title, passages };
  const messages = buildMessages('enrich', language, {
    name: person.name,
    aliases: person.aliases.join(', '),
    title: story.title,
    passages: passages.join('\n\n'),
  });
  const call = {
    task: 'extract.enrich' as const,
    language,
    messages,
    facts,
    maxTokens: PORTRAIT_TOKENS,
    limits: { totalMs: PORTRAIT_MS },
  };
  try {
    const answer = await ctx.llm.produce(call, EnrichAnswer, signal);
    // What is empty is not said.
    const fit = (text: string, max: number) => safePrefix(storableText(text).trim(), max) || undefined;
    return {
      personality: fit(answer.personality, limits.personality),
      speechStyle: fit(answer.speech_style, limits.speechStyle),
      greeting: fit(answer.greeting, limits.greeting),
      worldSetting: fit(answer.world_setting, limits.worldSetting),
      backgroundStory: fit(answer.background_story, limits.backgroundStory),
      baseLanguage: language,
    };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof AppError)) throw error;
    ctx.log.warn('a person of a story was not drawn', { story_id: story.id, error });
    return { baseLanguage: language };
  }
}
