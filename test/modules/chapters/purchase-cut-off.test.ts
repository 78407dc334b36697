import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { withTx } from '../../../src/db/tx.ts';
import { purchaseChapter } from '../../../src/modules/chapters/purchase.ts';
import { refundUnfinished } from '../../../src/modules/chapters/refund-unfinished.ts';
import { removeChaptersOf } from '../../../src/modules/chapters/remove-all.ts';
import { settleShard } from '../../../src/modules/points/settle.ts';
import { runJobs } from '../../harness/jobs.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { closeWindow, ledgerOf, rich } from '../points/purse.ts';
import { makeStory, putChapters } from './shelf.ts';

type Ctx = World['ctx'];

let world: World;
let others: Awaited<ReturnType<World['secondInstance']>>;
let owner: Person;
let storyId: string;
beforeAll(async () => {
  world = await createWorld();
  await closeWindow(world.ctx);
  others = await world.secondInstance();
  owner = await signUp(world);
  storyId = await makeStory(world, owner.id);
  await putChapters(
    world,
    storyId,
    Array.from({ length: 40 }, (_, no) => no),
  );
});
afterAll(() => world.close());

const buy = (person: Person | undefined, chapter_no: number, more: object = {}, client = world.client) =>
  client.post('/chapters/purchase', { story_id: storyId, chapter_no, ...more }, { token: person?.token });
const nosOf = async (person: Person) =>
  (await world.client.get(`/chapters/purchased/${storyId}`, { token: person.token })).body.purchased_nos;
const rowsOf = (person: Person) =>
  world.ctx.db.pool.execute(sql`select chapter_no, status from chapter_purchases where user_id = ${person.id}`);
const balanceOf = async (person: Person) =>
  (await world.client.get('/point/balance', { token: person.token })).body.balance;
const settle = () => settleShard(world.ctx, { shard: 0 });

/** The process dies the moment it would do this: nothing after it happens. */
function dyingAt(ctx: Ctx, where: 'use' | 'after use' | 'complete'): Ctx {
  const die = () => Promise.reject(new Error('killed'));
  const wrap = <T extends object>(target: T, name: string, replace: (real: never) => unknown): T =>
    new Proxy(target, {
      get(object, key) {
        const found = Reflect.get(object, key);
        if (key === name) return replace((found as () => never).bind(object) as never);
        return typeof found === 'function' ? found.bind(object) : found;
      },
    });
  if (where === 'complete')
    return {
      ...ctx,
      db: {
        ...ctx.db,
        pool: wrap(ctx.db.pool, 'update', () => () => {
          throw new Error('killed');
        }),
      },
    };
  const pointsUse = (real: (...args: unknown[]) => Promise<unknown>) =>
    where === 'use' ? die : (...args: unknown[]) => real(...args).then(die);
  return { ...ctx, redis: { ...ctx.redis, commands: wrap(ctx.redis.commands, 'pointsUse', pointsUse as never) } };
}
const asMember = (person: Person) => ({ kind: 'member' as const, userId: person.id, sessionId: '', isAdmin: false });
const dieBuying = (person: Person, no: number, where: Parameters<typeof dyingAt>[1], story = storyId) =>
  expect(
    purchaseChapter(dyingAt(world.ctx, where), asMember(person), { story_id: story, chapter_no: no }),
  ).rejects.toThrow('killed');
const STEPS = ['use', 'after use', 'complete'] as const;

describe('a purchase that is killed', () => {
  test.each(STEPS)('at "%s" opens nothing, and is completed by the next try with one charge', async (where) => {
    const person = await rich(world, 20);
    await dieBuying(person, 6, where);
    expect(await nosOf(person)).toEqual([]);
    expect((await buy(person, 6)).body).toEqual({ purchased: true, ruby_balance: 15 });
    await settle();
    expect(await ledgerOf(world.ctx, person.id)).toEqual({ sum: 15, balance: 15, rows: 2 });
  });

  test.each(STEPS)('at "%s" and not tried again gives its points back, and can be made anew', async (where) => {
    const person = await rich(world, 20);
    await dieBuying(person, 6, where);
    await refundUnfinished(world.ctx);
    expect(await rowsOf(person)).toHaveLength(1);
    world.clock.advance(121);
    expect(await refundUnfinished(world.ctx)).toBeGreaterThan(0);
    await runJobs(world);
    await settle();
    expect((await ledgerOf(world.ctx, person.id)).balance).toBe(20);
    expect(await balanceOf(person)).toBe(20);
    expect(await rowsOf(person)).toHaveLength(0);
    expect((await buy(person, 6)).body).toEqual({ purchased: true, ruby_balance: 15 });
    await settle();
    expect((await ledgerOf(world.ctx, person.id)).balance).toBe(15);
  });

  test.each(STEPS)('at "%s" and whose story is deleted gives its points back', async (where) => {
    const person = await rich(world, 20);
    const story = await makeStory(world, owner.id);
    await putChapters(world, story, [6, 7]);
    await dieBuying(person, 6, where, story);
    expect((await buy(person, 7, { story_id: story })).body.purchased).toBe(true);
    await withTx(world.ctx.db, async (tx) => {
      await removeChaptersOf(tx, story);
      await tx.execute(sql`update stories set deleted_at = now(), is_public = false where id = ${story}`);
    });
    await runJobs(world);
    await settle();
    // What was bought is gone with the story; what was not completed is paid back.
    expect((await ledgerOf(world.ctx, person.id)).balance).toBe(15);
    expect((await buy(person, 6, { story_id: story })).status).toBe(404);
    const left = await world.ctx.db.pool.execute(sql`
      select (select count(*) from story_chapters where story_id = ${story})
        + (select count(*) from chapter_purchases where story_id = ${story}) as n`);
    expect(Number(left[0]?.n)).toBe(0);
  });
});

test('a story that is deleted in the middle of a purchase takes nothing', async () => {
  const person = await rich(world, 20);
  const story = await makeStory(world, owner.id);
  await putChapters(world, story, [6]);
  const { pool } = world.ctx.db;
  const deletedFirst = new Proxy(pool, {
    get(target, key) {
      const found = Reflect.get(target, key);
      if (key !== 'execute') return typeof found === 'function' ? found.bind(target) : found;
      return async (statement: never) => {
        await pool.execute(sql`update stories set deleted_at = now(), is_public = false where id = ${story}`);
        return pool.execute(statement);
      };
    },
  });
  const ctx = { ...world.ctx, db: { ...world.ctx.db, pool: deletedFirst } };
  await expect(purchaseChapter(ctx, asMember(person), { story_id: story, chapter_no: 6 })).rejects.toMatchObject({
    code: 'story.not_found',
  });
  expect(await rowsOf(person)).toHaveLength(0);
  expect(await balanceOf(person)).toBe(20);
});

test('points that are used after they were looked for come back, too, whatever Redis forgot', async () => {
  const person = await rich(world, 20);
  let uses = 0;
  const commands = new Proxy(world.ctx.redis.commands, {
    get(target, key) {
      const found = Reflect.get(target, key);
      if (key !== 'pointsUse') return typeof found === 'function' ? found.bind(target) : found;
      return async (...args: never[]) => {
        uses += 1;
        if (uses === 1) {
          // The request sleeps for two minutes; its purchase is given up, nothing is found to refund, and Redis forgets.
          world.clock.advance(121);
          await refundUnfinished(world.ctx);
          await runJobs(world);
          await world.ctx.redis.commands.flushdb();
          await closeWindow(world.ctx);
        }
        return (found as (...all: never[]) => unknown).apply(target, args);
      };
    },
  });
  const ctx = { ...world.ctx, redis: { ...world.ctx.redis, commands } };
  const bought = await purchaseChapter(ctx, asMember(person), { story_id: storyId, chapter_no: 6 });
  expect(bought).toMatchObject({ purchased: true });
  await runJobs(world);
  await settle();
  expect(await ledgerOf(world.ctx, person.id)).toMatchObject({ balance: 15, rows: 4 });
  expect(await nosOf(person)).toEqual([6]);
});

test('bought, given up and refunded all at once, in any order: what was paid is what is owned', async () => {
  const people = await Promise.all(Array.from({ length: 6 }, () => rich(world, 30)));
  for (let round = 0; round < 4; round += 1) {
    const no = 20 + round;
    await Promise.all(people.map((person, n) => (n % 2 ? dieBuying(person, no, STEPS[n % 3] ?? 'use') : undefined)));
    world.clock.advance(121);
    await Promise.all([
      ...people.flatMap((person) => [
        buy(person, no),
        refundUnfinished(world.ctx),
        buy(person, no, {}, others.client),
        settle(),
      ]),
      runJobs(world),
    ]);
  }
  world.clock.advance(121);
  await refundUnfinished(world.ctx);
  await runJobs(world);
  await settle();
  for (const person of people) {
    const owned = (await nosOf(person)).length;
    expect(owned).toBeGreaterThan(0);
    expect((await ledgerOf(world.ctx, person.id)).balance).toBe(30 - 5 * owned);
    expect(await rowsOf(person)).toHaveLength(owned);
  }
});
