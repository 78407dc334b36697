import type { Ctx } from '../../context.ts';
import type { StoredReport, StoredState } from '../../db/tables/turns.ts';
import { type Tx, withTx } from '../../db/tx.ts';
import { type AppError, type ErrorCode, fail } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { enqueue } from '../../queue/enqueue.ts';
import { countCompletedTurn } from '../characters/chat-count.ts';
import { refundOnce } from '../points/refund.ts';
import {
  deleteMessages,
  deleteUserMessage,
  insertMessages,
  lockOfTurn,
  type MessageRow,
  moveMessages,
} from './message-queries.ts';
import { addChoicesToLastTurn, closeRoomAfterTurn, endTurn, restoreTurn, type TurnRow } from './turn-queries.ts';
import { addVersion } from './version-rows.ts';

/** A summary tells what is older than these. */
export const HISTORY_MESSAGES = 50;
/** It is written anew when so many more have become older. */
const SUMMARISE_EVERY = 5;

/** Thrown when somebody else has ended the turn: nothing of it may be written any more. */
export class EndedUnderUs extends Error {
  override readonly name = 'EndedUnderUs';
}

export type TurnEnd = {
  reply: string;
  replyMetadata: Record<string, unknown> | null;
  ending: { content: string; metadata: Record<string, unknown> } | undefined;
  /** Undefined: the turn changes nothing in the room's state. */
  state: StoredState | undefined;
  report: StoredReport;
  stopped: boolean;
  eventCount: number;
};

export type RunningTurn = Pick<TurnRow, 'id' | 'roomId' | 'turnNo' | 'retryOf' | 'stateBefore'> & {
  userMessage: MessageRow | undefined;
};

/**
 * Ends a turn well, in one transaction: reply, ending, the room's new state and counters, the summary's job. Returns the
 * turn's messages. Throws `EndedUnderUs` when the turn does not run any more, and then nothing is written.
 */
export async function completeTurn(ctx: Ctx, turn: RunningTurn, end: TurnEnd): Promise<MessageRow[]> {
  const now = ctx.clock.now();
  const added = (turn.retryOf === null ? 1 : 0) + (end.ending ? 1 : 0);
  return withTx(ctx.db, async (tx) => {
    const room = await closeRoomAfterTurn(tx, turn.roomId, {
      messages: added,
      now,
      ...(turn.turnNo === null ? {} : { turnNo: turn.turnNo }),
      ...(end.state ? { state: end.state } : {}),
    });
    if (!room) throw new EndedUnderUs();
    const finish = endTurn(tx, turn.id, {
      status: 'done',
      endedAt: now,
      stateAfter: end.state ?? turn.stateBefore,
      summarySeq: room.summarySeq,
      report: end.report,
      stopped: end.stopped,
      eventCount: end.eventCount,
      text: '',
    }).then((ended) => {
      if (!ended) throw new EndedUnderUs();
    });
    // Sent in one go; any of them failing takes all of them back.
    const [, kept, fresh] = await Promise.all([
      finish,
      turn.retryOf === null ? [turn.userMessage ?? []].flat() : takeOver(tx, turn, turn.retryOf, end, now),
      insertMessages(tx, newMessages(turn, end, room.lastSeq - added, now)),
      countCompletedTurn(tx, room.characterId),
      isSummaryDue(room) ? enqueueSummary(tx, turn.roomId) : undefined,
    ]);
    return [...kept, ...fresh];
  });
}

/**
 * Ends a turn that offers choices, in one transaction: they become part of the room's state, and of the state that its last
 * turn left. Throws `EndedUnderUs` when the turn does not run any more, and then nothing is written.
 */
export async function issueChoices(ctx: Ctx, turn: RunningTurn, state: StoredState, eventCount: number): Promise<void> {
  const now = ctx.clock.now();
  await withTx(ctx.db, async (tx) => {
    const room = await closeRoomAfterTurn(tx, turn.roomId, { messages: 0, now, state });
    if (!room) throw new EndedUnderUs();
    await addChoicesToLastTurn(tx, turn.roomId, state.pendingChoices);
    const done = { status: 'done' as const, endedAt: now, stateAfter: state, summarySeq: room.summarySeq, eventCount };
    if (!(await endTurn(tx, turn.id, done))) throw new EndedUnderUs();
  });
}

function isSummaryDue({
  lastSeq,
  summarySeq,
  messageCount,
}: {
  lastSeq: number;
  summarySeq: number;
  messageCount: number;
}) {
  return messageCount > HISTORY_MESSAGES && lastSeq - HISTORY_MESSAGES - summarySeq >= SUMMARISE_EVERY;
}

async function enqueueSummary(tx: Tx, roomId: string): Promise<void> {
  await enqueue(tx, 'chat.summarise', { roomId }, { jobKey: `chat.summarise:${roomId}` });
}

function newMessages(turn: RunningTurn, end: TurnEnd, afterSeq: number, now: Date) {
  const { id: turnId, roomId } = turn;
  const common = { roomId, turnId, senderType: 'assistant' as const, createdAt: now };
  const reply = { ...common, id: newId(), part: 'reply' as const, content: end.reply, metadata: end.replyMetadata };
  const ending = end.ending && { ...common, id: newId(), part: 'ending' as const, ...end.ending };
  return [...(turn.retryOf === null ? [reply] : []), ...(ending ? [ending] : [])].map((row, index) => ({
    ...row,
    seq: afterSeq + 1 + index,
  }));
}

/** A retry keeps the places of the turn it plays again: its reply is a new version there, its old ending is gone. */
async function takeOver(tx: Tx, turn: RunningTurn, oldTurnId: string, end: TurnEnd, now: Date): Promise<MessageRow[]> {
  // Taken before it is read: the reply may be edited at this moment, and that edit is a version, too.
  const old = await lockOfTurn(tx, oldTurnId);
  const endings = old.filter(({ part }) => part === 'ending');
  await deleteMessages(
    tx,
    endings.map(({ id }) => id),
  );
  if (endings.length > 0) await closeRoomAfterTurn(tx, turn.roomId, { messages: -endings.length, places: 0, now });
  await moveMessages(tx, oldTurnId, turn.id);
  const reply = old.find(({ part }) => part === 'reply');
  if (!reply) throw new Error('the turn to play again has no reply');
  const replaced = await addVersion(tx, reply, { content: end.reply, source: 'retry', now }, end.replyMetadata);
  return [...old.filter(({ part }) => part === 'user').map((row) => ({ ...row, turnId: turn.id })), replaced];
}

/**
 * Takes a turn back, in one transaction: its user message and its number are gone, a turn it was to replace stands again,
 * what it cost is given back. False when it did not run any more (or, with `silentSince`, gave a sign of life).
 */
export async function failTurn(
  ctx: Ctx,
  turn: Pick<TurnRow, 'id' | 'roomId'>,
  { code, userId, silentSince }: { code: ErrorCode; userId?: string; silentSince?: Date },
): Promise<TurnRow | undefined> {
  const now = ctx.clock.now();
  return withTx(ctx.db, async (tx) => {
    // The room first, as everywhere: two transactions never wait for each other.
    const room = await closeRoomAfterTurn(tx, turn.roomId, { messages: 0, now });
    if (!room) return undefined;
    const ended = await endTurn(tx, turn.id, { status: 'failed', errorCode: code, endedAt: now }, silentSince);
    if (!ended) return undefined;
    const taken = await deleteUserMessage(tx, turn.id);
    if (taken > 0) await closeRoomAfterTurn(tx, turn.roomId, { messages: -taken, now });
    if (ended.retryOf !== null) await restoreTurn(tx, ended.retryOf);
    if (ended.pricePoints > 0) {
      const owner = userId ?? room.userId;
      await refundOnce(tx, { useTxId: turn.id, userId: owner, description: 'refund of an answer that failed' });
    }
    return ended;
  });
}

/** The error of a failed turn, as its row remembers it. */
export function errorOf(turn: Pick<TurnRow, 'errorCode'>): AppError {
  return fail((turn.errorCode as ErrorCode | null) ?? 'chat.interrupted');
}
