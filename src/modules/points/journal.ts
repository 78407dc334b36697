import type { Ctx } from '../../context.ts';
import { newSecretId } from '../../lib/ids.ts';
import { keys, ttlSeconds } from '../../redis/keys.ts';
import { serverRunId } from '../../redis/run-id.ts';
import type { EpochArgs, UseReply } from '../../redis/scripts.ts';
import { type Entry, type Payload, parseEntry } from './entry.ts';
import { keysOf } from './shards.ts';

/** How much may wait for the ledger before new uses are refused: this bounds what a loss of Redis' data can cost. */
const MAX_BACKLOG_ENTRIES = 10_000;
const MAX_BACKLOG_AGE_MS = 60_000;
/** Longer than any statement can be on its way to Postgres, see `ledger-deadline`. */
const WINDOW_MS = 10_000;
const BALANCE_TTL_MS = ttlSeconds.pointsBalance * 1_000;

async function epochArgs(ctx: Ctx): Promise<EpochArgs> {
  return [await serverRunId(ctx.redis.commands), newSecretId(), WINDOW_MS];
}

export type Asked = {
  txId: string;
  userId: string;
  amountPoints: number;
  /** Of everything that a repeated request must have in common with the first. */
  hash: string;
  payload: Payload;
};

/**
 * Asks Redis to admit a use. `remember`: the answer is kept for repeats. `lookFirst`: answer `CHECK` when there is no
 * record of it, since the ledger may remember what Redis has forgotten.
 */
export async function admit(
  ctx: Ctx,
  asked: Asked,
  { remember, lookFirst }: { remember: boolean; lookFirst: boolean },
): Promise<UseReply> {
  const at = keysOf(ctx, asked.userId);
  return ctx.redis.commands.pointsUse(
    at.epoch,
    at.balance,
    at.pending,
    at.outbox,
    at.record(asked.txId),
    ...(await epochArgs(ctx)),
    asked.txId,
    asked.userId,
    asked.amountPoints,
    asked.hash,
    JSON.stringify(asked.payload),
    lookFirst ? 1 : 0,
    remember ? ttlSeconds.pointsRecord : 0,
    MAX_BACKLOG_ENTRIES,
    MAX_BACKLOG_AGE_MS,
  );
}

/** What the journal holds of a user before a load; undefined when the balance is loaded already. */
export async function beginLoad(
  ctx: Ctx,
  userId: string,
): Promise<{ epoch: string; pendingTxIds: string[] } | undefined> {
  const at = keysOf(ctx, userId);
  const [epoch, pendingTxIds = []] = await ctx.redis.commands.pointsHydrateRead(
    at.epoch,
    at.balance,
    at.pending,
    ...(await epochArgs(ctx)),
  );
  return epoch === undefined ? undefined : { epoch, pendingTxIds };
}

/** Stores a loaded balance; false when something moved since `beginLoad`. */
export async function endLoad(
  ctx: Ctx,
  userId: string,
  begun: { epoch: string; pendingTxIds: string[] },
  settled: { balance: number; version: number; inLedger: string[] },
): Promise<boolean> {
  const at = keysOf(ctx, userId);
  const setOf = (ids: string[]) => JSON.stringify(Object.fromEntries(ids.map((id) => [id, 1])));
  const stored = await ctx.redis.commands.pointsHydrateWrite(
    at.epoch,
    at.balance,
    at.pending,
    at.fence,
    ...(await epochArgs(ctx)),
    begun.epoch,
    settled.balance,
    settled.version,
    BALANCE_TTL_MS,
    ttlSeconds.pointsFence,
    setOf(begun.pendingTxIds),
    setOf(settled.inLedger),
  );
  return stored === 1;
}

export type Acknowledged = { entry: Entry; version: number; knownBefore: boolean };

/** Takes entries of one shard that are in the ledger off the journal. */
export async function acknowledge(ctx: Ctx, shard: number, done: Acknowledged[]): Promise<void> {
  if (done.length === 0) return;
  const userKeys = done.flatMap(({ entry }) => [
    keys.pointsBalance(shard, entry.userId),
    keys.pointsPending(shard, entry.userId),
    keys.pointsFence(shard, entry.userId),
  ]);
  await ctx.redis.commands.pointsAck(
    2 + userKeys.length,
    keys.pointsEpoch(shard),
    keys.pointsOutbox(shard),
    ...userKeys,
    ...(await epochArgs(ctx)),
    BALANCE_TTL_MS,
    ttlSeconds.pointsFence,
    ...done.flatMap(({ entry, version, knownBefore }) => [
      entry.txId,
      entry.entryId,
      version,
      entry.epoch,
      knownBefore ? 1 : 0,
    ]),
  );
}

/** Takes an entry back that did not become a ledger row; the balance is loaded again. */
export async function compensate(
  ctx: Ctx,
  shard: number,
  entry: Pick<Entry, 'userId' | 'txId' | 'entryId'>,
): Promise<void> {
  await ctx.redis.commands.pointsCompensate(
    keys.pointsBalance(shard, entry.userId),
    keys.pointsPending(shard, entry.userId),
    keys.pointsOutbox(shard),
    keys.pointsRecord(shard, entry.txId),
    entry.txId,
    entry.entryId,
  );
}

/** Adds a committed credit to the balance, if it is loaded and does not have it yet. */
export async function addCredit(ctx: Ctx, userId: string, netPoints: number, version: number): Promise<void> {
  const at = keysOf(ctx, userId);
  await ctx.redis.commands.pointsCredit(
    at.epoch,
    at.balance,
    at.fence,
    ...(await epochArgs(ctx)),
    netPoints,
    version,
    ttlSeconds.pointsFence,
  );
}

/** The available balance, if it is loaded, and what of the user's uses is in the journal. Changes nothing. */
export async function readJournal(
  ctx: Ctx,
  userId: string,
): Promise<{ available: number | undefined; pending: Map<string, number> }> {
  const at = keysOf(ctx, userId);
  const [available, flat] = await ctx.redis.commands.pointsRead(
    at.epoch,
    at.balance,
    at.pending,
    await serverRunId(ctx.redis.commands),
  );
  const pending = new Map<string, number>();
  for (let index = 0; index + 1 < flat.length; index += 2)
    pending.set(flat[index] ?? '', Number.parseInt(flat[index + 1] ?? '0', 10));
  return { available: available === '' ? undefined : Number(available), pending };
}

/** Makes sure that a use which never was admitted never will be. False: it was admitted. */
export async function voidUse(ctx: Ctx, userId: string, txId: string): Promise<boolean> {
  const at = keysOf(ctx, userId);
  return (await ctx.redis.commands.pointsVoid(at.record(txId), at.pending, txId, ttlSeconds.pointsRecord)) === 1;
}

export type Journaled = { entryId: string; flat: string[]; entry: Entry | undefined };

/** The oldest entries of a shard's outbox, after one of them or from the start. */
export async function readOutbox(ctx: Ctx, shard: number, count: number, after?: string): Promise<Journaled[]> {
  const start = after === undefined ? '-' : `(${after}`;
  const rows = await ctx.redis.commands.xrange(keys.pointsOutbox(shard), start, '+', 'COUNT', count);
  return rows.map(([entryId, flat]) => ({ entryId, flat, entry: parseEntry(entryId, flat) }));
}

/** Takes an entry that nobody can read off the journal, once it is parked. */
export async function dropUnreadable(ctx: Ctx, shard: number, entryId: string): Promise<void> {
  await ctx.redis.commands.xdel(keys.pointsOutbox(shard), entryId);
}

/** How many uses of a shard wait for the ledger. */
export async function backlogOf(ctx: Ctx, shard: number): Promise<number> {
  return ctx.redis.commands.xlen(keys.pointsOutbox(shard));
}
