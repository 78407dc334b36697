import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { withTx } from '../../../src/db/tx.ts';
import { newId } from '../../../src/lib/ids.ts';
import { purchaseChapter } from '../../../src/modules/chapters/purchase.ts';
import { refundUnfinished } from '../../../src/modules/chapters/refund-unfinished.ts';
import { removeChaptersOf } from '../../../src/modules/chapters/remove-all.ts';
import { settleShard } from '../../../src/modules/points/settle.ts';
import { runJobs } from '../../harness/jobs.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { signUpAdmin } from '../characters/cast.ts';
import { closeWindow, give, ledgerOf, rich } from '../points/purse.ts';
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

describe('buying', () => {
  test('costs five points, once, and opens the chapter', async () => {
    const person = await rich(world, 12);
    const bought = await buy(person, 6);
    expect([bought.status, bought.body]).toEqual([200, { purchased: true, ruby_balance: 7 }]);
    expect((await buy(person, 6)).body).toEqual({ purchased: true, already_owned: true });
    expect(await nosOf(person)).toEqual([6]);
    const listed = await world.client.get(`/chapters/by-story/${storyId}`, { token: person.token });
    expect(listed.body[6]).toMatchObject({ no: 6, locked: false, content: 'Chapter 6.' });
    expect(listed.body[7]).toMatchObject({ no: 7, locked: true, content: '' });
    await settle();
    expect(await ledgerOf(world.ctx, person.id)).toEqual({ sum: 7, balance: 7, rows: 2 });
    const [use] = (await world.client.get('/point/transactions', { token: person.token })).body;
    expect(use).toMatchObject({
      type: 'use',
      amount: -5,
      description: 'Chapter 6',
      reference_type: 'chapter_purchase',
    });
  });

  test('fifty at once, on two instances: one charge, one row', async () => {
    const person = await rich(world, 100);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => buy(person, 9, {}, n % 2 ? world.client : others.client)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    for (const { body } of answers)
      if (!body.already_owned) expect(body).toEqual({ purchased: true, ruby_balance: 95 });
    await settle();
    expect(await ledgerOf(world.ctx, person.id)).toEqual({ sum: 95, balance: 95, rows: 2 });
    expect([...(await rowsOf(person))]).toEqual([{ chapter_no: 9, status: 'owned' }]);
  });

  test('many chapters at once take no more than there is', async () => {
    const person = await rich(world, 23);
    const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => buy(person, 10 + n)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(4).fill(200), ...Array(8).fill(402)]);
    expect(await nosOf(person)).toHaveLength(4);
    await settle();
    expect((await ledgerOf(world.ctx, person.id)).balance).toBe(3);
  });

  test('without points is 402 with an object that the page reads, and nothing else; with points it works', async () => {
    const person = await rich(world, 4);
    const short = await buy(person, 6);
    expect(short.status).toBe(402);
    expect(short.body).toMatchObject({
      code: 'chapter.too_few_points',
      detail: {
        code: 'INSUFFICIENT_RUBY',
        message: 'You do not have enough rubies: this chapter costs 5.',
        balance: 4,
      },
    });
    expect(await nosOf(person)).toEqual([]);
    expect(await balanceOf(person)).toBe(4);
    await give(world.ctx, person.id, 1);
    expect((await buy(person, 6)).body).toEqual({ purchased: true, ruby_balance: 0 });
  });

  test('free chapters, the owner and administrators pay nothing and leave no row', async () => {
    const [person, admin] = [await rich(world, 5), await signUpAdmin(world)];
    for (const [who, no] of [
      [person, 0],
      [person, 5],
      [owner, 6],
      [admin, 6],
    ] as const) {
      expect((await buy(who, no)).body).toEqual({ purchased: true, already_owned: true });
      expect(await rowsOf(who)).toHaveLength(0);
    }
    expect(await balanceOf(person)).toBe(5);
  });

  test('what is not there cannot be bought, nor by whom we do not know', async () => {
    const person = await rich(world, 5);
    expect((await buy(undefined, 6)).status).toBe(401);
    expect((await buy(person, 99)).body).toMatchObject({ status: 404, code: 'chapter.not_found' });
    expect((await buy(person, 3, { story_id: newId() })).body).toMatchObject({ status: 404, code: 'story.not_found' });
    for (const more of [{ chapter_no: -1 }, { chapter_no: 6.5 }, { story_id: 'x' }, { chapter_no: undefined }])
      expect((await buy(person, 6, more)).status).toBe(422);
    expect(await rowsOf(person)).toHaveLength(0);
    expect(await balanceOf(person)).toBe(5);
  });
});

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
