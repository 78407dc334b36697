import { Elysia } from 'elysia';
import type { Ctx } from '../../context.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import { say } from '../../lib/messages.ts';
import { readBalance } from './balance.ts';
import { checkIn, checkInStatus } from './check-in.ts';
import { listTransactions, summarise } from './history.ts';
import * as s from './schema.ts';
import { refillFromTimer } from './timer.ts';
import { usePoints } from './use.ts';
import { balanceView, summaryView, timerView, transactionView, useView } from './views.ts';

const tag = 'points';

/** Seed, Flow 6: points. What is paid for lives in the modules that charge for it. */
export function pointRoutes(ctx: Ctx) {
  return new Elysia({ prefix: '/point', name: 'points' })
    .use(guard(ctx))
    .get('/balance', async ({ actor }) => balanceView(actor.userId, await readBalance(ctx, actor.userId)), {
      member: true,
      response: s.Balance,
      detail: doc(tag, 'What can be spent now, and what was', ['http.unavailable']),
    })
    .post(
      '/use',
      async ({ actor, body, headers, client }) => {
        const outcome = await usePoints(ctx, {
          userId: actor.userId,
          amountPoints: body.amount,
          reason: body.reason,
          reference: body.reference_type ? { type: body.reference_type, id: body.reference_id ?? null } : undefined,
          clientKey: headers['idempotency-key'] ?? body.idempotency_key ?? undefined,
        });
        return useView(outcome, client.language);
      },
      {
        member: { limit: 'pointUse' },
        body: s.UseBody,
        headers: s.UseHeaders,
        response: s.UseResult,
        detail: doc(tag, 'Use points; 200 with success=false when there are too few', [
          'http.idempotency_mismatch',
          'points.backlog',
          'points.unsettled',
          'http.unavailable',
        ]),
      },
    )
    .get(
      '/transactions',
      async ({ actor, query: { limit, offset, transaction_type: type } }) =>
        (await listTransactions(ctx, actor.userId, { limit, offset, type })).map(transactionView),
      {
        member: true,
        query: s.HistoryQuery,
        response: s.Transactions,
        detail: doc(tag, 'What moved my points, newest first'),
      },
    )
    .get('/transactions/summary', async ({ actor }) => summaryView(await summarise(ctx, actor.userId)), {
      member: true,
      response: s.Summary,
      detail: doc(tag, 'Totals by type'),
    })
    .get(
      '/check-in/status',
      async ({ actor }) => {
        const { checkedIn, day } = await checkInStatus(ctx, actor.userId);
        return { checked_in: checkedIn, date: day };
      },
      { member: true, response: s.CheckInStatus, detail: doc(tag, "Whether today's reward was fetched") },
    )
    .post(
      '/check-in',
      async ({ actor, client }) => {
        const { availablePoints, rewardPoints } = await checkIn(ctx, actor.userId);
        return {
          success: true as const,
          already_checked_in: false as const,
          balance: availablePoints,
          reward: rewardPoints,
          ...say('points.checked_in', client.language),
        };
      },
      {
        member: true,
        response: s.CheckIn,
        detail: doc(tag, 'Fetch the reward of the day (Seoul)', ['points.already_checked_in']),
      },
    )
    .get('/timer-status', async ({ actor }) => timerView(await refillFromTimer(ctx, actor.userId)), {
      member: true,
      response: s.Timer,
      detail: doc(tag, 'Fetch what the timer has collected'),
    });
}
