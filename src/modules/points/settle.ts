import type { Ctx } from '../../context.ts';
import { dropUnreadable, type Journaled, readOutbox } from './journal.ts';
import { parkEntry } from './ledger-queries.ts';
import { settleEntries } from './settle-entries.ts';
import { allShards } from './shards.ts';

const BATCH_ENTRIES = 500;
/** A job ends after so many batches, for the queue's sake; the outbox is looked at again within a second. */
const MAX_BATCHES = 100;

const running = new WeakMap<Ctx, Map<number, Promise<number>>>();

/**
 * Writes the journal of one shard to the ledger until it is empty, and returns how many entries that were. One run at a
 * time per process and shard; who comes meanwhile waits for it. Throws while a store is away: the entries stay.
 */
export function settleShard(ctx: Ctx, { shard }: { shard: number }): Promise<number> {
  const runs = running.get(ctx) ?? new Map<number, Promise<number>>();
  running.set(ctx, runs);
  const current = runs.get(shard);
  if (current) return current;
  const run = settleAll(ctx, shard).finally(() => runs.delete(shard));
  runs.set(shard, run);
  return run;
}

/** Settles every shard; see `settleShard`. */
export async function sweepShards(ctx: Ctx): Promise<void> {
  for (const shard of allShards(ctx)) await settleShard(ctx, { shard });
}

async function settleAll(ctx: Ctx, shard: number): Promise<number> {
  let total = 0;
  for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
    const readAt = performance.now();
    const rows = await readOutbox(ctx, shard, BATCH_ENTRIES);
    const entries = rows.flatMap((row) => row.entry ?? []);
    for (const row of rows) if (!row.entry) await parkUnreadable(ctx, shard, row);
    if (entries.length > 0) await settleEntries(ctx, shard, entries, readAt);
    total += rows.length;
    if (rows.length < BATCH_ENTRIES) break;
  }
  return total;
}

async function parkUnreadable(ctx: Ctx, shard: number, { entryId, flat }: Journaled): Promise<void> {
  ctx.log.error('an entry of the points journal cannot be read', { shard, entry: entryId });
  await parkEntry(ctx.db.pool, {
    admission: `unreadable:${shard}/${entryId}`,
    why: 'unreadable',
    promised: true,
    entry: flat.map((text) => text.slice(0, 2_000)),
    parkedAt: ctx.clock.now(),
  });
  await dropUnreadable(ctx, shard, entryId);
}
