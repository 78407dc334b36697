import type { Ctx } from '../../context.ts';
import { sha256 } from '../../lib/crypto.ts';
import { fail } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { isRedisDown } from '../../redis/client.ts';
import type { UseReply } from '../../redis/scripts.ts';
import { MAX_USE_POINTS, type Payload } from './entry.ts';
import { type Asked, admit } from './journal.ts';
import { findLedgerRow, type LedgerRow } from './ledger-queries.ts';
import { loadBalance, lookInLedger } from './load-balance.ts';
import { nudgeSettler } from './nudge.ts';
import { type Admitted, type Persistence, promiseOf } from './promise.ts';
import { shardOf } from './shards.ts';
import { txIdOf } from './tx-id.ts';

export type UseInput = {
  userId: string;
  /** 1 … 1,000,000. */
  amountPoints: number;
  /** Shown in the user's history; at most 200 characters. */
  reason: string;
  reference?: { type: string; id: string | null };
  /** What makes a repeat the same use: the caller's own id, unique for ever (a turn's), … */
  txId?: string;
  /** … or a key that the client chose. Without either, every call is a use of its own. */
  clientKey?: string;
  /** `refund` for points that are taken back. */
  type?: Payload['type'];
};

export type UseOutcome =
  | { kind: 'used'; txId: string; balanceAfter: number; persistence: Persistence; replayed: boolean }
  | { kind: 'short'; balance: number }
  /** It was given up before it was made (`refundOnce`). */
  | { kind: 'void' };

/** Each round but the last loads the balance; more are needed only while others move it. */
const MAX_ROUNDS = 6;
/** The look into the ledger for a key that Redis does not know; without an answer by then, it is a new key. */
const KEY_LOOK_MS = 250;

/**
 * Takes points for something, decided by Redis alone: the answer says what it promises, and the ledger follows. The same
 * `txId` or `clientKey` is one use and one answer. Throws `http.idempotency_mismatch` (422) for a known key with another
 * amount or reason, `points.backlog` and `http.unavailable` (503) when nothing was done, `points.unsettled` (503) when
 * that is not certain: a repeat with the same key tells.
 */
export async function usePoints(ctx: Ctx, input: UseInput): Promise<UseOutcome> {
  if (!Number.isSafeInteger(input.amountPoints) || input.amountPoints < 1 || input.amountPoints > MAX_USE_POINTS)
    throw new RangeError('amountPoints must be an integer from 1 to 1,000,000');
  const asked = describe(ctx, input);
  try {
    return await decide(ctx, input, asked);
  } catch (error) {
    if (!isRedisDown(error)) throw error;
    throw fail('http.unavailable', { cause: error, retryAfterSeconds: 2 });
  }
}

function describe(
  ctx: Ctx,
  { userId, amountPoints, reason, reference, txId, clientKey, type = 'use' }: UseInput,
): Asked {
  const payload: Payload = {
    type,
    description: reason.slice(0, 200),
    referenceType: reference?.type.slice(0, 50) ?? null,
    referenceId: reference?.id?.slice(0, 100) ?? null,
    at: ctx.clock.now().getTime(),
  };
  return {
    txId: txId ?? (clientKey === undefined ? newId() : txIdOf(`use:${userId}:${clientKey}`)),
    userId,
    amountPoints,
    // Only what can be repeated is ever compared.
    hash: txId === undefined && clientKey === undefined ? '-' : hashOf(amountPoints, payload),
    payload,
  };
}

type Described = { type: string; description: string | null; referenceType: string | null; referenceId: string | null };

function hashOf(amountPoints: number, { type, description, referenceType, referenceId }: Described): string {
  return sha256(JSON.stringify([amountPoints, type, description, referenceType, referenceId])).slice(0, 22);
}

async function decide(ctx: Ctx, input: UseInput, asked: Asked): Promise<UseOutcome> {
  const remember = input.txId !== undefined || input.clientKey !== undefined;
  let lookFirst = remember;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const reply = await admit(ctx, asked, { remember, lookFirst });
    switch (reply[0]) {
      case 'OK':
      case 'REPLAY': {
        const outcome = await answer(ctx, asked, reply);
        if (outcome) return outcome;
        break;
      }
      case 'SHORT':
        return { kind: 'short', balance: Math.max(0, Number(reply[1])) };
      case 'VOID':
        return { kind: 'void' };
      case 'REUSED':
        throw fail('http.idempotency_mismatch');
      case 'BACKLOG':
        nudgeSettler(ctx, shardOf(ctx, asked.userId));
        throw fail('points.backlog', { retryAfterSeconds: 5 });
      case 'CHECK': {
        const known = await lookInLedger(findLedgerRow(ctx.db.pool, asked.txId), KEY_LOOK_MS).catch(() => undefined);
        if (known) return replayOf(known, asked);
        lookFirst = false;
        break;
      }
      case 'MISS':
        await loadBalance(ctx, asked.userId);
    }
  }
  throw fail('http.unavailable', { retryAfterSeconds: 1 });
}

/** The answer that the ledger remembers. */
function replayOf(row: LedgerRow, asked: Asked): UseOutcome {
  if (row.userId !== asked.userId || hashOf(-row.delta, row) !== asked.hash) throw fail('http.idempotency_mismatch');
  const balanceAfter = row.answeredBalance ?? row.balanceAfter;
  return { kind: 'used', txId: row.txId, balanceAfter, persistence: 'committed', replayed: true };
}

/** The answer to an admitted use; undefined when Postgres refused it, so that the next round meets the true balance. */
async function answer(
  ctx: Ctx,
  asked: Asked,
  reply: Extract<UseReply, ['OK' | 'REPLAY', ...unknown[]]>,
): Promise<UseOutcome | undefined> {
  const [kind, after, entryId, epoch, inWindow, pending] = reply;
  const admitted: Admitted = {
    replayed: kind === 'REPLAY',
    settled: kind === 'REPLAY' && pending === 0,
    entry: { ...asked, entryId, epoch, answeredBalance: Number(after), inWindow: inWindow === '1' },
  };
  if (!admitted.settled) nudgeSettler(ctx, shardOf(ctx, asked.userId));
  const promise = await promiseOf(ctx, admitted);
  if (promise === 'refused') return undefined;
  if (promise === 'known') {
    // Redis had forgotten it and admitted it again; the ledger took it once.
    const row = await lookInLedger(findLedgerRow(ctx.db.pool, asked.txId));
    if (row) return replayOf(row, asked);
  }
  const persistence = promise === 'known' ? 'committed' : promise;
  const balanceAfter = Math.max(0, Number(after));
  return { kind: 'used', txId: asked.txId, balanceAfter, persistence, replayed: admitted.replayed };
}
