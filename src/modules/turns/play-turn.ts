import type { Ctx } from '../../context.ts';
import type { StoredReport, StoredSnapshot, StoredState } from '../../db/tables/turns.ts';
import { patiently } from '../../db/tx.ts';
import { AppError, type ErrorCode, fail } from '../../lib/errors.ts';
import type { Language } from '../../lib/language.ts';
import type { TextCall } from '../../llm/tasks.ts';
import { completeTurn, EndedUnderUs, errorOf, failTurn, type RunningTurn, type TurnEnd } from './end-turn.ts';
import { createReplyFilter } from './engine/filter.ts';
import { memoImages } from './engine/memos.ts';
import { settleTurn, type TurnPlan } from './engine/plan.ts';
import { isRefusal } from './engine/refusal.ts';
import type { Names } from './engine/render.ts';
import { missingLines } from './engine/required.ts';
import type { Script } from './engine/script.ts';
import { findOfTurn } from './message-queries.ts';
import { recordTurn, type TurnRecorder } from './recorder.ts';
import { noteRunning } from './running.ts';
import type { SendResultView } from './schema.ts';
import { findTurn } from './turn-queries.ts';
import { viewTurn } from './views.ts';

/** After SIGTERM a turn may be finished for so long; what is not done then is taken back. */
const GRACE_AFTER_STOP_MS = 23_000;
/** The whole answer of a model. The routes that wait for it give up a little later. */
const TURN_MS = 85_000;
/** Longer than any wanted reply: a model that does not end is ended. */
const MAX_REPLY_CHARS = 20_000;

/** A turn whose row runs, with all it takes to bring it to its end. */
export type Performance = {
  turn: RunningTurn;
  userId: string;
  language: Language;
  names: Names;
  snapshot: StoredSnapshot;
  script: Script;
  plan: TurnPlan | undefined;
  call: TextCall<'chat.turn' | 'chat.continue'>;
  report: StoredReport;
  debug: Record<string, unknown>;
  answerMeta(state: StoredState): SendResultView['meta'];
};

type Reading = { blocks: readonly string[]; stopped: boolean };

/**
 * Plays a running turn to its terminal state, whatever becomes of its readers: asks the model, tells its reply as it
 * comes, settles the state. Returns the answer, or throws the `AppError` the turn failed with; by then it is taken back.
 */
export async function playTurn(ctx: Ctx, show: Performance): Promise<SendResultView> {
  const ended = new AbortController();
  const stopped = new AbortController();
  const recorder = recordTurn(ctx, show.turn.id, { onEnded: () => ended.abort(), onStop: () => stopped.abort() });
  const forget = noteRunning(ctx, show.turn.id, () => stopped.abort());
  try {
    const reading = await readReply(ctx, show, recorder, { ended: ended.signal, stopped: stopped.signal });
    return await finish(ctx, show, recorder, reading);
  } catch (error) {
    return await giveUp(ctx, show, recorder, error);
  } finally {
    forget();
    recorder.close();
  }
}

/** Reads the model to its end, or to where it was stopped; what is visible goes to the recorder. */
async function readReply(
  ctx: Ctx,
  { call, names, plan }: Performance,
  recorder: TurnRecorder,
  { ended, stopped }: { ended: AbortSignal; stopped: AbortSignal },
): Promise<Reading> {
  const filter = createReplyFilter(names.character);
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
  try {
    for await (const piece of ctx.llm.streamText(call, leave.signal)) {
      recorder.write(filter.push(piece));
      if (recorder.shown.length > MAX_REPLY_CHARS) break;
    }
    recorder.write(filter.end());
  } catch (error) {
    if (ended.aborted) throw new EndedUnderUs();
    if (!stopped.aborted) throw error;
    if (recorder.shown === '') throw fail('chat.stopped');
    return { blocks: filter.blocks, stopped: true };
  } finally {
    clearTimeout(graceTimer);
    clearTimeout(overtime);
    ctx.stopping.removeEventListener('abort', hurry);
  }
  if (recorder.shown === '') throw fail('llm.bad_output');
  if (plan?.event) recorder.write(missingLines(plan.event, recorder.shown));
  const images = plan ? memoImages(plan.memos, recorder.shown) : [];
  if (images.length > 0) recorder.write(`\n\n${images.join('\n')}`);
  return { blocks: filter.blocks, stopped: false };
}

async function finish(
  ctx: Ctx,
  show: Performance,
  recorder: TurnRecorder,
  { blocks, stopped }: Reading,
): Promise<SendResultView> {
  const { turn, plan, names, language } = show;
  await recorder.settle();
  const reply = recorder.shown;
  const settled = plan && settleTurn(show.script, turn.stateBefore, plan, { reply, blocks, stopped, names, language });
  const event = plan?.event && settled?.state.firedEvents.includes(plan.event.id) ? plan.event : undefined;
  const openingId = show.script.opening?.id ?? null;
  const image = imageOf(show.snapshot, reply);
  const end: TurnEnd = {
    reply,
    replyMetadata: {
      ...(event && { turn_event_id: event.id, opening_id: openingId }),
      ...(turn.turnNo === null ? {} : { turn_no: turn.turnNo }),
      ...(isRefusal(reply) && { safety_blocked: true }),
      ...(stopped && { stopped: true }),
      ...(image >= 0 && { suggested_image_index: image }),
      ai_debug: show.debug,
    },
    ending: settled?.ending && {
      content: settled.ending.content,
      metadata: {
        kind: 'ending',
        ending_id: settled.ending.id,
        turn_no: turn.turnNo,
        opening_id: openingId,
        reason: settled.ending.reason,
      },
    },
    state: settled?.state,
    report: show.report,
    stopped,
    eventCount: recorder.eventCount,
  };
  const rows = await patiently(() => completeTurn(ctx, turn, end));
  const result = viewTurn(rows, show.answerMeta(end.state ?? turn.stateBefore));
  if (!result) throw new Error('a turn without a reply');
  await recorder.tellEnd('final', result);
  return result;
}

/** The first image with a keyword that the reply speaks of; -1 for none. */
function imageOf({ character }: StoredSnapshot, reply: string): number {
  const text = reply.toLowerCase();
  return character.imageDescriptions.findIndex(({ keywords }) =>
    keywords.some((keyword) => keyword.trim() !== '' && text.includes(keyword.toLowerCase())),
  );
}

/** Takes the turn back, unless it has ended already: then what its row says is the truth. */
async function giveUp(ctx: Ctx, show: Performance, recorder: TurnRecorder, error: unknown): Promise<SendResultView> {
  await recorder.settle();
  const { turn, userId } = show;
  if (!(error instanceof EndedUnderUs)) {
    const known = error instanceof AppError;
    if (!known || error.status >= 500) ctx.log.warn('turn failed', { turn_id: turn.id, error });
    const code: ErrorCode = known ? error.code : 'llm.unavailable';
    const failed = await patiently(() => failTurn(ctx, turn, { code, userId }));
    if (failed) {
      const said = errorOf(failed);
      await recorder.tellEnd('error', { code: said.status, detail: said.text(show.language) });
      throw known ? error : said;
    }
  }
  const row = await findTurn(ctx.db.pool, turn.id);
  const result =
    row?.status === 'done'
      ? viewTurn(await findOfTurn(ctx.db.pool, turn.id), show.answerMeta(row.stateAfter ?? row.stateBefore))
      : undefined;
  if (!result) throw row ? errorOf(row) : fail('chat.room_not_found');
  await recorder.tellEnd('final', result);
  return result;
}
