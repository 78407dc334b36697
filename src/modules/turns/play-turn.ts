import type { Ctx } from '../../context.ts';
import type { StoredChoice, StoredReport, StoredSnapshot, StoredState } from '../../db/tables/turns.ts';
import { patiently } from '../../db/tx.ts';
import { AppError, type ErrorCode, fail } from '../../lib/errors.ts';
import type { Language } from '../../lib/language.ts';
import type { TextCall } from '../../llm/tasks.ts';
import {
  completeTurn,
  EndedUnderUs,
  errorOf,
  failTurn,
  issueChoices,
  type RunningTurn,
  type TurnEnd,
} from './end-turn.ts';
import { settleTurn, type TurnPlan } from './engine/plan.ts';
import { isRefusal } from './engine/refusal.ts';
import type { Names } from './engine/render.ts';
import type { Script } from './engine/script.ts';
import type { ReplyTask } from './policy.ts';
import { type Hush, type Reading, readReply, timeWork } from './read-reply.ts';
import { recordTurn, type TurnRecorder } from './recorder.ts';
import { noteRunning } from './running.ts';
import type { SendResultView } from './schema.ts';
import { findTurn } from './turn-queries.ts';
import { viewTurn } from './views.ts';

export type Reply = {
  kind: 'reply';
  call: TextCall<ReplyTask>;
  report: StoredReport;
  polish: ((ctx: Ctx, reply: string, signal: AbortSignal) => Promise<string>) | undefined;
};
export type Offer = { kind: 'choices'; find(ctx: Ctx, signal: AbortSignal): Promise<StoredChoice[]> };

/** A turn whose row runs, with all it takes to bring it to its end. */
export type Performance = {
  turn: RunningTurn;
  userId: string;
  language: Language;
  names: Names;
  snapshot: StoredSnapshot;
  script: Script;
  plan: TurnPlan | undefined;
  answer: Reply | Offer;
  debug: Record<string, unknown>;
  answerMeta(state: StoredState): SendResultView['meta'];
  /** Tells the policy that the turn is done. */
  played(state: StoredState, firstTextMs: number | undefined): void;
  /** What the turn brought by its rows; undefined unless it is done. */
  result(): Promise<SendResultView | undefined>;
};

/**
 * Plays a running turn to its terminal state, whatever becomes of its readers: asks the model, tells its reply as it
 * comes, settles the state. Returns the answer, or throws the `AppError` the turn failed with; by then it is taken back.
 */
export async function playTurn(ctx: Ctx, show: Performance): Promise<SendResultView> {
  const ended = new AbortController();
  const stopped = new AbortController();
  const recorder = recordTurn(ctx, show.turn.id, { onEnded: () => ended.abort(), onStop: () => stopped.abort() });
  const forget = noteRunning(ctx, show.turn.id, () => stopped.abort());
  const { answer } = show;
  const hush = { ended: ended.signal, stopped: stopped.signal };
  try {
    if (answer.kind === 'choices') return await offerChoices(ctx, show, answer, recorder, hush);
    const reading = await readReply(ctx, show, answer, recorder, hush);
    return await finish(ctx, show, answer, recorder, reading);
  } catch (error) {
    return await giveUp(ctx, show, recorder, error);
  } finally {
    forget();
    recorder.close();
  }
}

/** Finds choices and issues them with the room's last turn. */
async function offerChoices(
  ctx: Ctx,
  show: Performance,
  { find }: Offer,
  recorder: TurnRecorder,
  hush: Hush,
): Promise<SendResultView> {
  const work = timeWork(ctx, hush);
  let choices: StoredChoice[];
  try {
    choices = await find(ctx, work.signal);
  } catch (error) {
    if (hush.ended.aborted) throw new EndedUnderUs();
    throw hush.stopped.aborted ? fail('chat.stopped') : error;
  } finally {
    work.end();
  }
  await recorder.settle();
  const { turn } = show;
  const state = { ...turn.stateBefore, pendingChoices: choices };
  await patiently(() => issueChoices(ctx, turn, state, recorder.eventCount));
  const result = await show.result();
  if (!result) throw new EndedUnderUs();
  show.played(state, undefined);
  await recorder.tellEnd('final', result);
  return result;
}

async function finish(
  ctx: Ctx,
  show: Performance,
  { report }: Reply,
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
    report,
    stopped,
    eventCount: recorder.eventCount,
  };
  const rows = await patiently(() => completeTurn(ctx, turn, end));
  const result = viewTurn(rows, show.answerMeta(end.state ?? turn.stateBefore));
  if (!result) throw new Error('a turn without a reply');
  show.played(end.state ?? turn.stateBefore, recorder.firstTextMs);
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
  const result = await show.result();
  if (!result) {
    const row = await findTurn(ctx.db.pool, turn.id);
    throw row ? errorOf(row) : fail('chat.room_not_found');
  }
  await recorder.tellEnd('final', result);
  return result;
}
