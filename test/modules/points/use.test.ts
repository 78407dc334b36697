import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { sweepShards } from '../../../src/modules/points/settle.ts';
import { runJobs } from '../../harness/jobs.ts';
import { signUp } from '../../harness/people.ts';
import { until } from '../../harness/until.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { closeWindow, give, ledgerOf, rich } from './purse.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await closeWindow(world.ctx);
});
afterAll(() => world.close());

const use = (token: string, body: Record<string, unknown>, headers: Record<string, string> = {}) =>
  world.client.post('/point/use', { amount: 5, reason: 'a chapter', ...body }, { token, headers });
const balance = async (token: string) => (await world.client.get('/point/balance', { token })).body;

describe('POST /point/use', () => {
  test('is answered by Redis, and the worker writes it to the ledger', async () => {
    const { id, token } = await rich(world, 100);
    const { status, body } = await use(token, { amount: 30, reference_type: 'story', reference_id: 'abc:7' });
    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      balance_after: 70,
      transaction_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      message: 'The rubies were used.',
      persistence: 'journaled',
    });
    expect(await balance(token)).toMatchObject({
      balance: 70,
      total_charged: 100,
      total_used: 30,
      pending: 30,
      stale: false,
    });
    expect(await ledgerOf(world.ctx, id)).toEqual({ sum: 100, balance: 100, rows: 1 });
    await until(async () => {
      await runJobs(world);
      return (await ledgerOf(world.ctx, id)).rows === 2;
    });
    expect(await ledgerOf(world.ctx, id)).toEqual({ sum: 70, balance: 70, rows: 2 });
    expect(await balance(token)).toMatchObject({ balance: 70, total_used: 30, pending: 0 });
    const [row] = (await world.client.get('/point/transactions', { token })).body;
    expect(row).toMatchObject({
      id: body.transaction_id,
      user_id: id,
      type: 'use',
      amount: -30,
      balance_after: 70,
      description: 'a chapter',
      reference_type: 'story',
      reference_id: 'abc:7',
    });
  });

  test('is 200 without success when there is too little, and that is not remembered', async () => {
    const { id, token } = await rich(world, 4);
    const headers = { 'idempotency-key': 'k' };
    const { status, body } = await use(token, {}, { ...headers, 'accept-language': 'ko' });
    expect([status, body]).toEqual([
      200,
      { success: false, balance_after: 4, transaction_id: '', message: '루비가 부족합니다.', persistence: null },
    ]);
    await give(world.ctx, id, 6);
    expect((await use(token, {}, headers)).body).toMatchObject({ success: true, balance_after: 5 });
  });

  test('of a new account is short, not an error', async () => {
    const { token } = await signUp(world);
    expect((await use(token, {})).body).toMatchObject({ success: false, balance_after: 0 });
  });

  test('with one key has one effect and one answer, in parallel and afterwards, also once it is settled', async () => {
    const { id, token } = await rich(world, 100);
    const headers = { 'idempotency-key': 'same' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => use(token, { amount: 7 }, headers)));
    const [first] = answers;
    for (const answer of answers) expect([answer.status, answer.text]).toEqual([200, first!.text]);
    await sweepShards(world.ctx);
    expect((await use(token, { amount: 7 }, headers)).text).toBe(first!.text);
    expect((await use(token, { amount: 7, idempotency_key: 'same' })).text).toBe(first!.text);
    // Redis forgets; the ledger does not.
    await world.ctx.redis.commands.del(`points:{0}:i:${first!.body.transaction_id}`);
    expect((await use(token, { amount: 7 }, headers)).body).toEqual({ ...first!.body, persistence: 'committed' });
    expect(await ledgerOf(world.ctx, id)).toEqual({ sum: 93, balance: 93, rows: 2 });
  });

  test('with a known key and another body is 422, from Redis and from the ledger', async () => {
    const { id, token } = await rich(world, 100);
    const headers = { 'idempotency-key': 'other' };
    const { body } = await use(token, {}, headers);
    const refused = async () => {
      expect((await use(token, { amount: 6 }, headers)).body.code).toBe('http.idempotency_mismatch');
      expect((await use(token, { reason: 'else' }, headers)).status).toBe(422);
    };
    await refused();
    await sweepShards(world.ctx);
    await world.ctx.redis.commands.del(`points:{0}:i:${body.transaction_id}`);
    await refused();
    expect((await ledgerOf(world.ctx, id)).balance).toBe(95);
  });

  test('of two users with one key are two uses', async () => {
    const [a, b] = [await rich(world, 10), await rich(world, 10)];
    const headers = { 'idempotency-key': 'shared' };
    const ids = [await use(a.token, {}, headers), await use(b.token, {}, headers)].map((x) => x.body.transaction_id);
    expect(new Set(ids).size).toBe(2);
  });

  test.each([
    ['no amount', { amount: undefined }],
    ['zero', { amount: 0 }],
    ['negative', { amount: -5 }],
    ['a fraction', { amount: 1.5 }],
    ['above the limit', { amount: 1_000_001 }],
    ['a text', { amount: 'five' }],
    ['a long reason', { reason: 'x'.repeat(201) }],
    ['no reason', { reason: undefined }],
    ['a long reference', { reference_type: 'x'.repeat(51) }],
    ['a long key', { idempotency_key: 'x'.repeat(201) }],
  ])('refuses %s with 422', async (_, body) => {
    const { token } = await signUp(world);
    expect((await use(token, body)).status).toBe(422);
  });

  test('takes explicit nulls, and asks strangers who they are before anything else', async () => {
    const { token } = await rich(world, 10);
    const nulls = { reference_type: null, reference_id: null, idempotency_key: null };
    expect((await use(token, nulls)).body.success).toBe(true);
    expect((await world.client.post('/point/use', { amount: 'x' })).status).toBe(401);
  });

  test('admits exactly what the balance allows, from two instances at once', async () => {
    const { id, token } = await rich(world, 103);
    const second = await world.secondInstance();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        (index % 2 ? world.client : second.client).post('/point/use', { amount: 5, reason: 'r' }, { token }),
      ),
    );
    expect(answers.filter((answer) => answer.body.success === true)).toHaveLength(20);
    expect(await balance(token)).toMatchObject({ balance: 3 });
    await sweepShards(world.ctx);
    expect(await ledgerOf(world.ctx, id)).toEqual({ sum: 3, balance: 3, rows: 21 });
  });

  test('is refused while ten thousand uses wait for the ledger, or one for a minute', async () => {
    const own = await createWorld();
    try {
      await closeWindow(own.ctx);
      const { token } = await rich(own, 50);
      const spend = () => own.client.post('/point/use', { amount: 1, reason: 'r' }, { token });
      expect((await spend()).status).toBe(200);
      const { commands } = own.ctx.redis;
      await commands.del('points:{0}:outbox');
      await commands.xadd('points:{0}:outbox', `${Date.now() - 61_000}-0`, 't', 'old');
      const late = await spend();
      expect([late.status, late.body.code, late.headers.get('retry-after')]).toEqual([503, 'points.backlog', '5']);
      await commands.del('points:{0}:outbox');
      const pipeline = commands.pipeline();
      for (let n = 0; n < 10_000; n += 1) pipeline.xadd('points:{0}:outbox', '*', 't', 'x');
      await pipeline.exec();
      expect((await spend()).body.code).toBe('points.backlog');
      await commands.xtrim('points:{0}:outbox', 'MAXLEN', 9_999);
      expect((await spend()).status).toBe(200);
    } finally {
      await own.close();
    }
  });
});
