import type { Ctx } from '../../context.ts';
import type { StoredCandidate } from '../../db/tables/extraction.ts';
import { AppError } from '../../lib/errors.ts';
import { languageOf } from '../../lib/language.ts';
import { WindowAnswer } from '../../llm/extract-tasks.ts';
import { eachChapter } from '../chapters/texts.ts';
import { chooseCast, knownNames, type Person, remember } from './cast.ts';
import type { ClaimedJob } from './job-queries.ts';
import { buildMessages } from './prompt/build.ts';
import type { RunFence } from './run-fence.ts';
import { windowsOf } from './windows.ts';

export type StoryToSearch = { id: string; creatorId: string; title: string; content: string };

/** One window that cannot be read is passed over; several in a row mean that the model is away. */
const MOST_FAILURES_IN_A_ROW = 3;
const WINDOW_TOKENS = 1_200;
const WINDOW_MS = 60_000;

/** The story's windows, from its chapters; a story without chapters is its own text. */
export async function* windowsOfStory(ctx: Ctx, story: StoryToSearch): AsyncGenerator<string, void, undefined> {
  yield* windowsOf(textsOf(ctx, story));
}

async function* textsOf(ctx: Ctx, story: StoryToSearch): AsyncGenerator<string, void, undefined> {
  let chapters = 0;
  for await (const chapter of eachChapter(ctx, story.id)) {
    chapters += 1;
    yield chapter.content;
  }
  if (chapters === 0) yield story.content;
}

/**
 * Reads a story window by window and returns its persons. After each window a checkpoint is written, from which another
 * run goes on. Throws the fence's reason when the run is over, and `llm.*` when the model is away.
 */
export async function findPersons(ctx: Ctx, story: StoryToSearch, job: ClaimedJob, run: RunFence): Promise<Person[]> {
  let total = 0;
  for await (const _ of windowsOfStory(ctx, story)) total += 1;
  await run.save({ stage: 'extracting', totalWindows: total, processedWindows: Math.min(job.processedWindows, total) });
  let found = job.candidates;
  let failures = 0;
  let index = 0;
  for await (const text of windowsOfStory(ctx, story)) {
    index += 1;
    if (index <= job.processedWindows) continue;
    let lastError: string | undefined;
    try {
      found = remember(found, await readWindow(ctx, text, found, run.signal), index);
      failures = 0;
    } catch (error) {
      run.signal.throwIfAborted();
      if (!(error instanceof AppError)) throw error;
      failures += 1;
      if (failures >= MOST_FAILURES_IN_A_ROW) throw error;
      lastError = error.code;
    }
    // A text that grew meanwhile has more windows than were counted.
    await run.save({ processedWindows: index, totalWindows: Math.max(total, index), candidates: found, lastError });
  }
  return chooseCast(found);
}

async function readWindow(ctx: Ctx, text: string, found: StoredCandidate[], signal: AbortSignal) {
  const language = languageOf(text);
  const facts = { text, known: knownNames(found) };
  const messages = buildMessages('window', language, { text, known: facts.known.join(', ') });
  const call = {
    task: 'extract.window' as const,
    language,
    messages,
    facts,
    maxTokens: WINDOW_TOKENS,
    limits: { totalMs: WINDOW_MS },
    temperature: 0.1,
  };
  return (await ctx.llm.produce(call, WindowAnswer, signal)).candidates;
}
