import type { Ctx } from '../../context.ts';
import { keys } from '../../redis/keys.ts';
import { readJournal, readOutbox } from './journal.ts';
import { findSettled } from './ledger-queries.ts';
import { allShards, keysOf } from './shards.ts';

export type JournalDrift = {
  userId: string;
  /** What Redis would admit uses from, if the balance is loaded, and what it should be. */
  available?: number;
  expected?: number;
  /** Pending in Redis, but neither in the journal nor in the ledger. */
  lostTxIds: string[];
  /** Pending in Redis, in the ledger, and no entry left that would take it off. */
  staleTxIds: string[];
};

const SCAN_COUNT = 500;
const PAGE_ENTRIES = 1_000;
/** People spend while this looks: what does not agree is looked at again before it is reported. */
const LOOKS = 4;
const PAUSE_MS = 300;

/** Users for whom Redis, journal and ledger do not agree. */
export async function findJournalDrifts(ctx: Ctx): Promise<JournalDrift[]> {
  let suspects = (await Promise.all(allShards(ctx).map((shard) => usersInRedis(ctx, shard)))).flat();
  let drifts: JournalDrift[] = [];
  for (let look = 0; look < LOOKS && suspects.length > 0; look += 1) {
    if (look > 0) await Bun.sleep(PAUSE_MS);
    const journaled = await journaledTxIds(ctx);
    drifts = [];
    for (const userId of suspects) {
      const drift = await compare(ctx, userId, journaled);
      if (drift) drifts.push(drift);
    }
    suspects = drifts.map((drift) => drift.userId);
  }
  return drifts;
}

async function usersInRedis(ctx: Ctx, shard: number): Promise<string[]> {
  const found = new Set<string>();
  for (const prefix of [keys.pointsBalance(shard, ''), keys.pointsPending(shard, '')]) {
    let cursor = '0';
    do {
      const [next, names] = await ctx.redis.commands.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', SCAN_COUNT);
      for (const name of names) found.add(name.slice(prefix.length));
      cursor = next;
    } while (cursor !== '0');
  }
  return [...found];
}

async function journaledTxIds(ctx: Ctx): Promise<Set<string>> {
  const found = new Set<string>();
  for (const shard of allShards(ctx)) {
    let after: string | undefined;
    for (;;) {
      const page = await readOutbox(ctx, shard, PAGE_ENTRIES, after);
      for (const { entry } of page) if (entry) found.add(entry.txId);
      after = page.at(-1)?.entryId;
      if (page.length < PAGE_ENTRIES) break;
    }
  }
  return found;
}

async function compare(ctx: Ctx, userId: string, journaled: Set<string>): Promise<JournalDrift | undefined> {
  const { available, pending } = await readJournal(ctx, userId);
  const settled = await findSettled(ctx.db.pool, userId, [...pending.keys()]);
  const inLedger = new Set(settled.inLedger);
  let expected = settled.balance;
  for (const [txId, amount] of pending) if (!inLedger.has(txId)) expected -= amount;
  const orphans = [...pending.keys()].filter((txId) => !journaled.has(txId));
  const drift = {
    userId,
    available,
    expected,
    lostTxIds: orphans.filter((txId) => !inLedger.has(txId)),
    staleTxIds: orphans.filter((txId) => inLedger.has(txId)),
  };
  const agrees = available === undefined || available === expected;
  return agrees && orphans.length === 0 ? undefined : drift;
}

/** Lets Redis load the balance again, journals again what it holds without an entry, and forgets what is settled. */
export async function repairJournal(
  ctx: Ctx,
  { userId, lostTxIds, staleTxIds }: Pick<JournalDrift, 'userId' | 'lostTxIds' | 'staleTxIds'>,
): Promise<void> {
  const at = keysOf(ctx, userId);
  const { pending } = await readJournal(ctx, userId);
  for (const txId of lostTxIds) {
    const amount = pending.get(txId);
    if (amount === undefined) continue;
    const payload = {
      type: 'use',
      description: null,
      referenceType: null,
      referenceId: null,
      at: ctx.clock.now().getTime(),
    };
    const fields = { t: txId, u: userId, a: amount, e: 'repaired', w: 0, n: 0, p: JSON.stringify(payload) };
    const entryId = await ctx.redis.commands.xadd(at.outbox, '*', ...Object.entries(fields).flat());
    await ctx.redis.commands.hset(at.pending, txId, `${amount}:${entryId}`);
  }
  if (staleTxIds.length > 0) await ctx.redis.commands.hdel(at.pending, ...staleTxIds);
  await ctx.redis.commands.del(at.balance);
}
