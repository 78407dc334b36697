import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { refillFromTimer } from '../../../src/modules/points/timer.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { closeWindow, give, ledgerOf, rich } from './purse.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await closeWindow(world.ctx);
});
afterAll(() => world.close());

const get = async (path: string, { token }: Person) => (await world.client.get(`/point${path}`, { token })).body;
const DAY = 86_400;

describe('check-in', () => {
  test('gives ten points once per Seoul day, also in parallel', async () => {
    const person = await signUp(world);
    expect(await get('/check-in/status', person)).toMatchObject({ checked_in: false });
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => world.client.post('/point/check-in', undefined, { token: person.token })),
    );
    const [done] = answers.filter((answer) => answer.status === 200);
    expect(done?.body).toEqual({
      success: true,
      already_checked_in: false,
      balance: 10,
      reward: 10,
      message: 'You are checked in. Come back tomorrow!',
    });
    const refused = answers.filter((answer) => answer.status === 409);
    expect(refused).toHaveLength(9);
    expect(refused[0]?.body).toMatchObject({ code: 'points.already_checked_in', detail: expect.any(String) });
    expect(await get('/check-in/status', person)).toMatchObject({
      checked_in: true,
      date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    });
  });

  test('ends at midnight in Seoul, not in London', async () => {
    const person = await signUp(world);
    const now = world.clock.now();
    const seoulSeconds = (now.getUTCHours() * 3_600 + now.getUTCMinutes() * 60 + now.getUTCSeconds() + 9 * 3_600) % DAY;
    // Two minutes before midnight there, and two minutes after.
    const toMidnight = DAY - seoulSeconds;
    world.clock.advance(toMidnight - 120);
    const login = async () =>
      (await world.client.post('/auth/login', { email: person.email, password: person.password })).body.access_token;
    const before = await login();
    expect((await world.client.post('/point/check-in', undefined, { token: before })).status).toBe(200);
    expect((await world.client.post('/point/check-in', undefined, { token: before })).status).toBe(409);
    world.clock.advance(240);
    expect((await world.client.post('/point/check-in', undefined, { token: before })).status).toBe(200);
    world.clock.advance(-(toMidnight + 120));
  });
});

describe('timer', () => {
  test('collects a point every two hours, keeps the rest, stops at fifteen, and fills again', async () => {
    const { id } = await signUp(world);
    const look = () => refillFromTimer(world.ctx, id);
    let advanced = 0;
    const after = (seconds: number) => {
      advanced += seconds;
      world.clock.advance(seconds);
      return look();
    };
    expect(await look()).toEqual({
      currentPoints: 0,
      maxPoints: 15,
      earnedPoints: 0,
      nextRefillSeconds: 7_200,
      multiplier: 1,
    });
    expect(await after(7_000)).toMatchObject({ earnedPoints: 0 });
    expect(await after(7_500)).toMatchObject({ earnedPoints: 2 });
    expect((await look()).earnedPoints).toBe(0);
    // 14,500 s were 2 points and 100 s.
    expect((await look()).nextRefillSeconds).toBeWithin(7_090, 7_101);
    expect(await after(100 * 7_200)).toMatchObject({ earnedPoints: 15, nextRefillSeconds: 7_200 });
    expect(await after(20 * 7_200)).toMatchObject({ earnedPoints: 15 });
    expect(await ledgerOf(world.ctx, id)).toEqual({ sum: 32, balance: 32, rows: 3 });
    const parallel = await Promise.all([after(7_200), look(), look(), look()]);
    expect(parallel.reduce((sum, state) => sum + state.earnedPoints, 0)).toBe(1);
    world.clock.advance(-advanced);
  });

  test('is told in the words of the page, and asks strangers who they are', async () => {
    const person = await signUp(world);
    expect(await get('/timer-status', person)).toEqual({
      current: 0,
      max: 15,
      earned: 0,
      next_refill_seconds: 7_200,
      refill_multiplier: 1,
    });
    expect((await world.client.get('/point/timer-status')).status).toBe(401);
  });
});

describe('history', () => {
  test('is paged, newest first, by type; out of range is 422', async () => {
    const person = await signUp(world);
    for (let n = 1; n <= 5; n += 1) await give(world.ctx, person.id, n);
    const amounts = async (query: string) =>
      (await get(`/transactions${query}`, person)).map((row: { amount: number }) => row.amount);
    expect(await amounts('')).toEqual([5, 4, 3, 2, 1]);
    expect(await amounts('?limit=2&offset=1')).toEqual([4, 3]);
    expect(await amounts('?transaction_type=use')).toEqual([]);
    for (const query of ['?limit=0', '?limit=101', '?offset=-1', '?offset=10001', '?transaction_type=gift'])
      expect((await world.client.get(`/point/transactions${query}`, { token: person.token })).status).toBe(422);
  });

  test('belongs to its user alone, and every route asks who that is', async () => {
    const [a, b] = [await rich(world, 9), await signUp(world)];
    expect(await get('/transactions', b)).toEqual([]);
    expect(await get('/balance', b)).toEqual({
      user_id: b.id,
      balance: 0,
      total_charged: 0,
      total_used: 0,
      pending: 0,
      last_charged_at: null,
      stale: false,
    });
    expect((await get('/balance', a)).last_charged_at).toEqual(expect.any(String));
    for (const path of ['/balance', '/transactions', '/transactions/summary', '/check-in/status', '/timer-status'])
      expect((await world.client.get(`/point${path}`)).status).toBe(401);
    expect((await world.client.post('/point/check-in')).status).toBe(401);
  });
});
