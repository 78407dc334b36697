import type { Ctx } from '../../../context.ts';
import type { FinalStory } from '../../../db/tables/generation.ts';
import { AppError } from '../../../lib/errors.ts';
import { safePrefix } from '../../../lib/text.ts';
import { StoryTitle } from '../../../llm/tasks.ts';
import { chapterHeading, charsForChapter, fitTitle, LENGTH_TOLERANCE, readingMinutes, type StoryPlan } from './plan.ts';
import { buildMessages } from './prompt/build.ts';
import { findJob } from './queries.ts';
import { createRecorder, type Recorder } from './recorder.ts';

/** After SIGTERM a story may be finished for so long; what is not done then fails cleanly. */
const GRACE_AFTER_STOP_MS = 23_000;
const TAIL_CHARS = 600;
/** A chapter that came out short is continued this often at most. */
const MAX_PIECES = 3;

type Writing = { ctx: Ctx; plan: StoryPlan; recorder: Recorder; signal: AbortSignal };
type Ideas = { concept: string; world: string; characters: string };

/**
 * Writes one story from concept to title, telling every step to the recorder. Always brings the job to a terminal state,
 * unless somebody else has: then it just stops.
 */
export async function writeStory(ctx: Ctx, jobId: string, plan: StoryPlan): Promise<void> {
  const recorder = createRecorder(ctx, jobId);
  const stop = new AbortController();
  const abort = () => stop.abort();
  recorder.ended.addEventListener('abort', abort, { once: true });
  let graceTimer: Timer | undefined;
  const hurry = () => {
    graceTimer = setTimeout(abort, GRACE_AFTER_STOP_MS);
  };
  ctx.stopping.addEventListener('abort', hurry, { once: true });
  try {
    await recorder.finish(await compose({ ctx, plan, recorder, signal: stop.signal }, jobId));
  } catch (error) {
    if (!recorder.ended.aborted) {
      ctx.log.warn('story failed', { job_id: jobId, error });
      await recorder.fail(messageFor(error, plan));
    }
  } finally {
    clearTimeout(graceTimer);
    ctx.stopping.removeEventListener('abort', hurry);
    recorder.close();
  }
}

function messageFor(error: unknown, plan: StoryPlan): string {
  if (error instanceof AppError) return error.text(plan.language);
  return plan.language === 'ko'
    ? '이야기를 끝까지 쓰지 못했습니다. 다시 시도해 주세요.'
    : 'The story could not be finished. Please try again.';
}

async function compose(writing: Writing, jobId: string): Promise<FinalStory> {
  const { ctx, plan, recorder } = writing;
  const ideas = await think(writing);
  recorder.stage('body');
  for (let chapter = 1; chapter <= plan.chapters; chapter++) await writeChapter(writing, ideas, chapter);
  recorder.stageDone('body', '');
  recorder.stage('title');
  const content = recorder.content;
  const written = await writeTitle(writing, ideas, content);
  const title = (await findJob(ctx.db.pool, jobId))?.chosenTitle ?? written;
  recorder.setTitle(title);
  recorder.stageDone('title_generation', title);
  return {
    title,
    content,
    keywords: plan.keywords,
    genre: plan.genre,
    estimated_reading_time: readingMinutes(content),
    metadata: ideas,
  };
}

const facts = ({ prompt, keywords, genre, tone, targetChars, chapters }: StoryPlan) => ({
  prompt,
  keywords,
  genre,
  tone,
  targetChars,
  chapters,
});

/** Concept, world and persons, each from the one before. They are not shown, but kept with the story. */
async function think({ ctx, plan, recorder, signal }: Writing): Promise<Ideas> {
  const { language, model } = plan;
  const shared = { language, model, maxTokens: 800 };
  const stage = async (label: string, tell: () => AsyncIterable<string>) => {
    recorder.stage(label);
    let text = '';
    for await (const piece of tell()) text += piece;
    recorder.stageDone(label, text.trim());
    return text.trim();
  };
  const concept = await stage('concept', () =>
    ctx.llm.streamText(
      { ...shared, task: 'story.plan.concept', messages: buildMessages('concept', plan), facts: facts(plan) },
      signal,
    ),
  );
  const world = await stage('world', () =>
    ctx.llm.streamText(
      {
        ...shared,
        task: 'story.plan.world',
        messages: buildMessages('world', plan, { concept }),
        facts: { ...facts(plan), concept },
      },
      signal,
    ),
  );
  const characters = await stage('characters', () =>
    ctx.llm.streamText(
      {
        ...shared,
        task: 'story.plan.characters',
        messages: buildMessages('characters', plan, { concept, world }),
        facts: { ...facts(plan), concept, world },
      },
      signal,
    ),
  );
  return { concept, world, characters };
}

/** One chapter with its heading, within the tolerance of its length: cut at a sentence, or continued when it fell short. */
async function writeChapter({ ctx, plan, recorder, signal }: Writing, ideas: Ideas, chapter: number): Promise<void> {
  recorder.write(chapterHeading(plan.language, chapter));
  const goal = charsForChapter(plan, chapter, recorder.content.length);
  let written = 0;
  for (let piece = 0; piece < MAX_PIECES && written < goal * (1 - LENGTH_TOLERANCE); piece++) {
    const content = recorder.content;
    const chars = goal - written;
    const call = {
      task: 'story.body' as const,
      language: plan.language,
      model: plan.model,
      messages: buildMessages('body', plan, { ...ideas, content }, { chapter, chars }),
      facts: {
        ...facts(plan),
        ...ideas,
        chapterNo: chapter,
        chapterTargetChars: chars,
        previousTail: content.slice(-TAIL_CHARS),
      },
      maxTokens: Math.ceil(chars * 1.5) + 200,
    };
    const before = written;
    for await (const text of cutAtSentence(ctx.llm.streamText(call, signal), chars * (1 + LENGTH_TOLERANCE))) {
      recorder.write(text);
      written += text.length;
    }
    if (written === before) break;
  }
}

const SENTENCE_END = /[.!?。…]["'”’」』)]*(?=\s|$)/g;

/** From this share of the limit on, text is let through by whole sentences only. */
const CAREFUL_FROM = 0.75;

/** Passes text on as it comes; towards `max` characters only in whole sentences, so that it ends on one within them. */
export async function* cutAtSentence(source: AsyncIterable<string>, max: number): AsyncGenerator<string> {
  let told = 0;
  let held = '';
  for await (const piece of source) {
    held += piece;
    const careful = told + held.length > max * CAREFUL_FROM;
    const upTo = careful ? lastSentenceEnd(held.slice(0, Math.max(0, Math.floor(max) - told))) : held.length;
    if (upTo > 0) {
      yield held.slice(0, upTo);
      told += upTo;
      held = held.slice(upTo);
    }
    // What is held now would pass the limit before its sentence ends.
    if (told + held.length > max) {
      if (told === 0) yield safePrefix(held, Math.floor(max));
      return;
    }
  }
  if (held !== '') yield held;
}

function lastSentenceEnd(text: string): number {
  let end = 0;
  for (const match of text.matchAll(SENTENCE_END)) end = match.index + match[0].length;
  return end;
}

async function writeTitle({ ctx, plan, signal }: Writing, { concept }: Ideas, content: string): Promise<string> {
  const { title } = await ctx.llm.produce(
    {
      task: 'story.title',
      language: plan.language,
      model: plan.model,
      messages: buildMessages('title', plan, { concept, content }),
      facts: { ...facts(plan), concept, opening: content.slice(0, TAIL_CHARS) },
    },
    StoryTitle,
    signal,
  );
  return fitTitle(title);
}
