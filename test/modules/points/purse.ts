import { withTx } from '../../../src/db/tx.ts';
import { afterCredit, creditPoints } from '../../../src/modules/points/credit.ts';
import { type Person, signUp } from '../../harness/people.ts';
import type { World } from '../../harness/world.ts';

type Ctx = World['ctx'];

/** Gives somebody points, as a payment would. Returns the cause. */
export async function give(
  ctx: Ctx,
  userId: string,
  amountPoints: number,
  cause = `test:${userId}:${crypto.randomUUID()}`,
): Promise<string> {
  const at = ctx.clock.now();
  const done = await withTx(ctx.db, (tx) => creditPoints(tx, { userId, amountPoints, kind: 'charge', cause, at }));
  await afterCredit(ctx, done);
  return cause;
}

/** A signed-in person with points. */
export async function rich(world: World, points: number): Promise<Person> {
  const person = await signUp(world);
  await give(world.ctx, person.id, points);
  return person;
}

/** Ends the window of a young epoch: from now on uses are promised as soon as they are journaled. */
export async function closeWindow(ctx: Ctx, shard = 0): Promise<void> {
  const key = `points:{${shard}}:epoch`;
  const runId = /run_id:(\w+)/.exec(await ctx.redis.commands.info('server'))?.[1] ?? '';
  await ctx.redis.commands.hset(key, { id: crypto.randomUUID(), run: runId, until: '0' });
}

/** What the ledger says: sum of deltas, settled balance, number of rows. */
export async function ledgerOf(ctx: Ctx, userId: string): Promise<{ sum: number; balance: number; rows: number }> {
  const [row] = await ctx.db.pool.execute<{ sum: string; balance: string; rows: string }>(
    `select coalesce(sum(l.delta), 0) as sum, count(l.tx_id) as rows,
       coalesce((select balance from point_balances where user_id = '${userId}'), 0) as balance
     from point_ledger l where l.user_id = '${userId}'`,
  );
  return { sum: Number(row?.sum), balance: Number(row?.balance), rows: Number(row?.rows) };
}
