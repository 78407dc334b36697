import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { withTx } from '../../../src/db/tx.ts';
import { clawBack } from '../../../src/modules/points/claw-back.ts';
import { creditPoints } from '../../../src/modules/points/credit.ts';
import { refundOnce } from '../../../src/modules/points/refund.ts';
import { sweepShards } from '../../../src/modules/points/settle.ts';
import { usePoints } from '../../../src/modules/points/use.ts';
import { runJobs } from '../../harness/jobs.ts';
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

describe('refund', () => {
  const spend = (userId: string, txId: string) =>
    usePoints(world.ctx, { userId, amountPoints: 7, reason: 'a turn', txId });
  const refund = (userId: string, useTxId: string) =>
    withTx(world.ctx.db, (tx) => refundOnce(tx, { userId, useTxId, description: 'the turn failed' }));

  test('gives back once what is still in the journal', async () => {
    const person = await rich(world, 20);
    const txId = crypto.randomUUID();
    expect(await spend(person.id, txId)).toMatchObject({ kind: 'used', balanceAfter: 13 });
    await refund(person.id, txId);
    await runJobs(world);
    await refund(person.id, txId);
    await runJobs(world);
    expect(await get('/balance', person)).toMatchObject({ balance: 20, pending: 0 });
    expect(await get('/transactions', person)).toMatchObject([
      {
        type: 'refund',
        amount: 7,
        balance_after: 20,
        reference_type: 'use',
        reference_id: txId,
        description: 'the turn failed',
      },
      { type: 'use', amount: -7, balance_after: 13 },
      { type: 'charge', amount: 20 },
    ]);
    expect(await get('/transactions/summary', person)).toEqual({
      current_balance: 20,
      total_charged: 20,
      total_used: 7,
      total_refunded: 7,
      total_bonus: 0,
      transaction_counts: { charge: 1, use: 1, refund: 1, bonus: 0 },
    });
  });

  test('of a use that never was gives nothing, and a use that comes after it is void', async () => {
    const { id } = await rich(world, 20);
    const txId = crypto.randomUUID();
    await refund(id, txId);
    await runJobs(world);
    expect(await spend(id, txId)).toEqual({ kind: 'void' });
    expect(await ledgerOf(world.ctx, id)).toEqual({ sum: 20, balance: 20, rows: 1 });
  });

  test('is not there when the transaction that wanted it is rolled back', async () => {
    const { id } = await rich(world, 20);
    const txId = crypto.randomUUID();
    await spend(id, txId);
    const failing = withTx(world.ctx.db, async (tx) => {
      await refundOnce(tx, { userId: id, useTxId: txId });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await runJobs(world);
    await sweepShards(world.ctx);
    expect((await ledgerOf(world.ctx, id)).balance).toBe(13);
  });
});

describe('claw-back', () => {
  const take = (userId: string, amountPoints: number, refundId: string) =>
    withTx(world.ctx.db, (tx) =>
      clawBack(tx, {
        userId,
        amountPoints,
        refundId,
        reference: { type: 'payment', id: 'p1' },
        description: 'refunded',
      }),
    );

  test('takes what is available; the rest is a debt that the next credits pay', async () => {
    const person = await rich(world, 100);
    await usePoints(world.ctx, { userId: person.id, amountPoints: 70, reason: 'r' });
    await take(person.id, 100, 'refund-1');
    await runJobs(world);
    expect(await get('/balance', person)).toMatchObject({ balance: 0 });
    await take(person.id, 100, 'refund-1');
    await runJobs(world);
    expect(await ledgerOf(world.ctx, person.id)).toEqual({ sum: 0, balance: 0, rows: 3 });
    await give(world.ctx, person.id, 50);
    expect(await get('/balance', person)).toMatchObject({ balance: 0 });
    await give(world.ctx, person.id, 50);
    expect(await get('/balance', person)).toMatchObject({ balance: 30 });
    await give(world.ctx, person.id, 5);
    expect(await get('/balance', person)).toMatchObject({ balance: 35 });
    expect(await get('/transactions?transaction_type=refund', person)).toMatchObject([
      { amount: -20, reference_type: 'debt' },
      { amount: -50, reference_type: 'debt' },
      { amount: -30, reference_type: 'payment', reference_id: 'p1', description: 'refunded' },
    ]);
  });

  test('of points that are all there leaves no debt', async () => {
    const person = await rich(world, 100);
    await take(person.id, 60, 'refund-2');
    await runJobs(world);
    expect(await get('/balance', person)).toMatchObject({ balance: 40 });
    await give(world.ctx, person.id, 5);
    expect(await get('/balance', person)).toMatchObject({ balance: 45 });
  });
});

describe('credit', () => {
  test('counts once per cause, in parallel too, and refuses the cause for another amount', async () => {
    const { id } = await signUp(world);
    const at = new Date();
    const credit = (amountPoints: number) =>
      withTx(world.ctx.db, (tx) =>
        creditPoints(tx, { userId: id, amountPoints, kind: 'charge', cause: `once:${id}`, at }),
      );
    const answers = await Promise.all(Array.from({ length: 20 }, () => credit(30)));
    expect(answers.filter((answer) => answer.created)).toHaveLength(1);
    expect(new Set(answers.map((answer) => `${answer.netPoints} ${answer.version} ${answer.balance}`)).size).toBe(1);
    await expect(credit(31)).rejects.toThrow();
    expect(await ledgerOf(world.ctx, id)).toEqual({ sum: 30, balance: 30, rows: 1 });
  });

  test('reaches a loaded balance once, by the caller and by its job', async () => {
    const person = await rich(world, 10);
    await usePoints(world.ctx, { userId: person.id, amountPoints: 1, reason: 'r' });
    await give(world.ctx, person.id, 5);
    expect(await get('/balance', person)).toMatchObject({ balance: 14 });
    await runJobs(world);
    expect(await get('/balance', person)).toMatchObject({ balance: 14 });
  });
});
