import type { Static, TSchema } from 'typebox';
import type { Ctx } from '../../../context.ts';
import { type AppError, fail } from '../../../lib/errors.ts';
import type { Language } from '../../../lib/language.ts';
import { startWatch } from '../../../llm/limits.ts';
import type { ObjectCall, TextCall } from '../../../llm/tasks.ts';

/** Where a piece of a character is written: with which model, in which language, and until when at all. */
export type Desk = {
  readonly ctx: Pick<Ctx, 'llm' | 'log'>;
  readonly language: Language;
  readonly signal: AbortSignal;
};

/** Turns an answer into what is kept, or into undefined when it cannot be used. */
export type Judge<Answer, Kept> = (answer: Answer) => Kept | undefined;

/** The first try has this share of the time; what it leaves belongs to the second. */
const FIRST_SHARE = 0.6;
/** A try with less time than this share is not begun. */
const LEAST_SHARE = 0.05;
/** A model that never stops is stopped. */
const MAX_TEXT_CHARS = 40_000;

const late = () => fail('llm.timeout');
const useless = () => fail('llm.bad_output');

/**
 * One object, in two tries at most and within `limitMs`: the second goes to the fallback model. Throws `llm.*`, or the
 * desk's reason when it is told to stop.
 */
export function draftObject<S extends TSchema, Kept>(
  desk: Desk,
  limitMs: number,
  call: ObjectCall,
  schema: S,
  judge: Judge<Static<S>, Kept>,
): Promise<Kept> {
  return twice(desk, limitMs, call.task, async ({ spare, leftMs }) => {
    const shareMs = spare ? leftMs : limitMs * FIRST_SHARE;
    const limits = { firstTokenMs: shareMs, betweenTokensMs: shareMs, totalMs: shareMs };
    const answer = await within(desk.signal, shareMs, (signal) =>
      desk.ctx.llm.produce({ ...call, spare, limits }, schema, signal),
    );
    return judge(answer);
  });
}

/**
 * Prose, as `draftObject`. A first try that speaks may speak to the end, and what it said by then is judged: half a text
 * may do.
 */
export function draftText<Kept>(
  desk: Desk,
  limitMs: number,
  call: TextCall,
  judge: Judge<string, Kept>,
): Promise<Kept> {
  return twice(desk, limitMs, call.task, async ({ spare, leftMs }) => {
    const limits = { firstTokenMs: leftMs, betweenTokensMs: leftMs, totalMs: leftMs };
    let text = '';
    const write = async (signal: AbortSignal, arm: (ms: number) => void) => {
      const from = performance.now();
      for await (const piece of desk.ctx.llm.streamText({ ...call, spare, limits }, signal)) {
        if (text === '') arm(Math.max(0, leftMs - (performance.now() - from)));
        text += piece;
        if (text.length > MAX_TEXT_CHARS) return;
      }
    };
    try {
      await within(desk.signal, spare ? leftMs : limitMs * FIRST_SHARE, write);
    } catch (error) {
      desk.signal.throwIfAborted();
      const half = judge(text);
      if (half === undefined) throw error;
      return half;
    }
    return judge(text);
  });
}

type Try = { spare: boolean; leftMs: number };

async function twice<Kept>(
  { ctx, signal }: Desk,
  limitMs: number,
  task: string,
  attempt: (each: Try) => Promise<Kept | undefined>,
): Promise<Kept> {
  const endMs = performance.now() + limitMs;
  let failure: unknown = late();
  for (const spare of [false, true]) {
    const leftMs = endMs - performance.now();
    if (leftMs < limitMs * LEAST_SHARE) break;
    try {
      const kept = await attempt({ spare, leftMs });
      if (kept !== undefined) return kept;
      throw useless();
    } catch (error) {
      signal.throwIfAborted();
      ctx.log.warn('draft.try_failed', { task, spare, error });
      failure = error;
    }
  }
  throw failure;
}

/** Gives work so many milliseconds, or as many more as it arms; work that does not listen to its signal is left alone. */
async function within<T>(
  outer: AbortSignal,
  limitMs: number,
  work: (signal: AbortSignal, arm: (ms: number) => void) => Promise<T>,
): Promise<T> {
  outer.throwIfAborted();
  const watch = startWatch(outer);
  const cut = new Promise<never>((_, reject) => {
    watch.signal.addEventListener('abort', () => reject(watch.signal.reason), { once: true });
  });
  // Both may reject when nobody waits for them any more.
  cut.catch(() => undefined);
  watch.arm(limitMs, late);
  try {
    const running = work(watch.signal, (ms) => watch.arm(ms, late));
    running.catch(() => undefined);
    return await Promise.race([running, cut]);
  } finally {
    watch.close();
  }
}

/** Runs works side by side; when one fails, the others are told to stop. */
export async function together<T extends readonly unknown[]>(
  desk: Desk,
  works: { readonly [I in keyof T]: (desk: Desk) => Promise<T[I]> },
): Promise<T> {
  const watch = startWatch(desk.signal);
  try {
    const beside = { ...desk, signal: watch.signal };
    return (await Promise.all(works.map((work) => work(beside)))) as unknown as T;
  } finally {
    watch.close();
  }
}

/** Whether a step failed for its time. */
export function isLate(error: unknown): boolean {
  return (error as Partial<AppError> | undefined)?.code === 'llm.timeout';
}
