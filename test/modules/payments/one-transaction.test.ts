import { afterAll, beforeAll, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { noticeOf, order, sell, sendNotice, stateOf } from '../../harness/payments.ts';
import { signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

/** Every table that a paid order writes to, in the order in which it does. */
const steps = ['payment_events', 'payments', 'point_balances', 'point_ledger', 'graphile_worker._private_jobs'];
test.each(steps)('a failure at %s, and nothing at all has happened; the same notice then works', async (table) => {
  const db = world.ctx.db.pool;
  const mine = await order(world, await signUp(world), await sell(world));
  const before = await stateOf(world, mine.order_id);
  await db.execute(
    sql.raw(`
    create function injected() returns trigger language plpgsql as $$ begin raise exception 'injected'; end $$;
    create trigger injected after insert or update on ${table} for each row execute function injected();`),
  );
  const failed = await sendNotice(world, noticeOf(mine), { id: 'msg_1' });
  expect([500, 503]).toContain(failed.status);
  await db.execute(sql.raw(`drop trigger injected on ${table}; drop function injected();`));
  expect(await stateOf(world, mine.order_id)).toEqual(before);
  expect((await sendNotice(world, noticeOf(mine), { id: 'msg_1' })).body).toEqual({ message: 'OK' });
  expect(await stateOf(world, mine.order_id)).toMatchObject({
    status: 'success',
    credits: 1,
    credited: 1_100,
    receipts: 1,
    verdicts: ['applied'],
  });
});
