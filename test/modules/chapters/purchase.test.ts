import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { newId } from '../../../src/lib/ids.ts';
import { settleShard } from '../../../src/modules/points/settle.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { signUpAdmin } from '../characters/cast.ts';
import { closeWindow, give, ledgerOf, rich } from '../points/purse.ts';
import { makeStory, putChapters } from './shelf.ts';

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
