import type { Ctx } from '../../context.ts';
import { admissionOf, type Entry } from './entry.ts';
import type { Verdict } from './ledger-queries.ts';
import { settleEntries } from './settle-entries.ts';

const MAX_GROUP_ENTRIES = 256;
const MAX_RUNNING = 2;

type Waiter = { entry: Entry; readAt: number; resolve: (verdict: Verdict) => void; reject: (error: unknown) => void };
type Group = { waiting: Waiter[]; running: number };

const groups = new WeakMap<Ctx, Map<number, Group>>();

/**
 * Settles one entry from this process, for a request that waits for the ledger. Entries that come while statements run
 * go together into the next one.
 */
export function settleNow(ctx: Ctx, shard: number, entry: Entry): Promise<Verdict> {
  const shards = groups.get(ctx) ?? new Map<number, Group>();
  groups.set(ctx, shards);
  const group = shards.get(shard) ?? { waiting: [], running: 0 };
  shards.set(shard, group);
  const settled = Promise.withResolvers<Verdict>();
  group.waiting.push({ entry, readAt: performance.now(), resolve: settled.resolve, reject: settled.reject });
  queueMicrotask(() => flush(ctx, shard, group));
  return settled.promise;
}

function flush(ctx: Ctx, shard: number, group: Group): void {
  if (group.running >= MAX_RUNNING || group.waiting.length === 0) return;
  const batch = group.waiting.splice(0, MAX_GROUP_ENTRIES);
  group.running += 1;
  const readAt = Math.min(...batch.map((waiter) => waiter.readAt));
  const entries = new Map(batch.map(({ entry }) => [admissionOf(entry), entry]));
  const work: Promise<void> = settleEntries(ctx, shard, [...entries.values()], readAt)
    .then(
      (verdicts) => {
        for (const waiter of batch) {
          const verdict = verdicts.get(admissionOf(waiter.entry));
          if (verdict) waiter.resolve(verdict);
          else waiter.reject(new Error('an entry was left without a verdict'));
        }
      },
      (error: unknown) => {
        for (const waiter of batch) waiter.reject(error);
      },
    )
    .finally(() => {
      group.running -= 1;
      ctx.background.delete(work);
      flush(ctx, shard, group);
    });
  ctx.background.add(work);
}
