import type { Ctx } from '../../context.ts';
import { fail } from '../../lib/errors.ts';
import { EndedUnderUs } from './end-turn.ts';
import { createReplyFilter } from './engine/filter.ts';
import { memoImages } from './engine/memos.ts';
import { missingLines } from './engine/required.ts';
import type { Performance, Reply } from './play-turn.ts';
import type { TurnRecorder } from './recorder.ts';

/** After SIGTERM a turn may be finished for so long; what is not done then is taken back. */
const GRACE_AFTER_STOP_MS = 23_000;
/** The whole answer of a model. The routes that wait for it give up a little later. */
const TURN_MS = 85_000;
/** Longer than any wanted reply: a model that does not end is ended. */
const MAX_REPLY_CHARS = 20_000;

/** What ends a turn before its time: somebody else ended it, or its user stopped it. */
export type Hush = { ended: AbortSignal; stopped: AbortSignal };
export type Reading = { blocks: readonly string[]; stopped: boolean };

/** Reads the model to its end, or to where it was stopped; what is visible goes to the recorder. */
export async function readReply(
  ctx: Ctx,
  { names, plan }: Pick<Performance, 'names' | 'plan'>,
  { call, polish }: Reply,
  recorder: TurnRecorder,
  hush: Hush,
): Promise<Reading> {
  const filter = createReplyFilter(names.character);
  const work = timeWork(ctx, hush);
  // What is to be worked over is shown afterwards.
  let held = '';
  const write = (text: string) => {
    if (polish) held += text;
    else recorder.write(text);
  };
  try {
    if (polish) recorder.tell('stage', { name: 'generating' });
    for await (const piece of ctx.llm.streamText(call, work.signal)) {
      write(filter.push(piece));
      if (recorder.shown.length + held.length > MAX_REPLY_CHARS) break;
    }
    write(filter.end());
    if (polish && held !== '') {
      recorder.tell('stage', { name: 'polishing' });
      recorder.write(await polished(ctx, names.character, held, (text) => polish(ctx, text, work.signal), hush));
    }
  } catch (error) {
    if (hush.ended.aborted) throw new EndedUnderUs();
    if (!hush.stopped.aborted) throw error;
    if (recorder.shown === '') throw fail('chat.stopped');
    return { blocks: filter.blocks, stopped: true };
  } finally {
    work.end();
  }
  if (recorder.shown === '') throw fail('llm.bad_output');
  if (plan?.event) recorder.write(missingLines(plan.event, recorder.shown));
  const images = plan ? memoImages(plan.memos, recorder.shown) : [];
  if (images.length > 0) recorder.write(`\n\n${images.join('\n')}`);
  return { blocks: filter.blocks, stopped: false };
}

/** A reply worked over; one that cannot be worked over is good enough as it is. */
async function polished(
  ctx: Ctx,
  speaker: string,
  reply: string,
  polish: (reply: string) => Promise<string>,
  { ended, stopped }: Hush,
): Promise<string> {
  try {
    const filter = createReplyFilter(speaker);
    const text = filter.push((await polish(reply)).slice(0, MAX_REPLY_CHARS)) + filter.end();
    return text === '' ? reply : text;
  } catch (error) {
    if (ended.aborted || stopped.aborted) throw error;
    ctx.log.warn('reply not polished', { error });
    return reply;
  }
}

/** How long the model may be asked: until the turn ended or was stopped, took too long, or the process must go. */
export function timeWork(ctx: Ctx, { ended, stopped }: Hush): { signal: AbortSignal; end(): void } {
  const leave = new AbortController();
  const abort = () => leave.abort();
  let graceTimer: Timer | undefined;
  const hurry = () => {
    graceTimer = setTimeout(() => leave.abort(fail('chat.interrupted')), GRACE_AFTER_STOP_MS);
  };
  const overtime = setTimeout(() => leave.abort(fail('llm.timeout')), TURN_MS);
  ended.addEventListener('abort', abort, { once: true });
  stopped.addEventListener('abort', abort, { once: true });
  ctx.stopping.addEventListener('abort', hurry, { once: true });
  return {
    signal: leave.signal,
    end() {
      clearTimeout(graceTimer);
      clearTimeout(overtime);
      ctx.stopping.removeEventListener('abort', hurry);
    },
  };
}
