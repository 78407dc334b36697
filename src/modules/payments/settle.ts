import type { Ctx } from '../../context.ts';
import { type Tx, withTx } from '../../db/tx.ts';
import { newId } from '../../lib/ids.ts';
import { enqueue } from '../../queue/enqueue.ts';
import { clawBack } from '../points/claw-back.ts';
import { afterCredit, creditPoints } from '../points/credit.ts';
import { type Decision, decide, pointsOfRefund } from './decide.ts';
import type { PaymentRow } from './order-queries.ts';
import type { Notice } from './providers/provider.ts';
import {
  addRefunded,
  endOrder,
  findEvent,
  findRefund,
  insertEvent,
  insertRefund,
  listRefunds,
  lockOrder,
  type RefundRow,
} from './settle-queries.ts';

type Credited = Awaited<ReturnType<typeof creditPoints>>;
type Settled = { order: PaymentRow; verdict: Decision['verdict']; replayed: boolean; credited?: Credited };

/** Notices that are signed the same way: the sandbox's are those of the generic provider. */
const families: Record<Notice['provider'], PaymentRow['provider'][]> = {
  generic: ['generic', 'sandbox'],
  sandbox: ['generic', 'sandbox'],
  stripe: ['stripe'],
};

/**
 * Believes a notice: judges it under the lock of its order and does what it says in one transaction, with the points, the
 * receipt and the record of the notice. Undefined when there is no such order; then nothing is left behind. The same
 * notice again changes nothing. An anomaly is written into the log.
 */
export async function settleNotice(ctx: Ctx, notice: Notice): Promise<Settled | undefined> {
  const settled = await withTx(ctx.db, async (tx): Promise<Settled | undefined> => {
    const order = await lockOrder(tx, notice.orderId, families[notice.provider]);
    if (!order) return undefined;
    const earlier = await findEvent(tx, notice);
    if (earlier) return { order, verdict: earlier.verdict, replayed: true };
    const decision = await judge(tx, order, notice);
    await insertEvent(tx, eventRow(order, notice, decision, ctx.clock.now()));
    const credited = await carryOut(tx, { order, notice, decision, at: ctx.clock.now() });
    return { order, verdict: decision.verdict, replayed: false, ...(credited ? { credited } : {}) };
  });
  if (settled?.credited) await afterCredit(ctx, settled.credited);
  if (settled && !settled.replayed) report(ctx, settled, notice);
  return settled;
}

async function judge(tx: Tx, order: PaymentRow, notice: Notice): Promise<Decision> {
  if (notice.refund && (await findRefund(tx, order.id, notice.refund.ref))) return { verdict: 'already_processed' };
  return decide(order, notice);
}

function eventRow(order: PaymentRow, notice: Notice, { verdict }: Decision, receivedAt: Date) {
  const { provider, eventId, payloadHash, kind, amount, currency, paymentKey, reason, refund } = notice;
  return {
    id: newId(),
    paymentId: order.id,
    provider,
    eventId,
    payloadHash,
    kind,
    amount,
    currency: currency ?? null,
    verdict,
    details: { payment_key: paymentKey, reason, refund: refund?.ref },
    receivedAt,
  };
}

type Step = { order: PaymentRow; notice: Notice; decision: Decision; at: Date };

async function carryOut(tx: Tx, step: Step): Promise<Credited | undefined> {
  if (step.decision.verdict === 'refunded') await refund(tx, step, step.decision.amount);
  if (step.decision.verdict !== 'applied') return undefined;
  const { order, notice, at } = step;
  const { status } = step.decision;
  const ended = await endOrder(tx, order.id, {
    status,
    endReason: status === 'success' ? null : (notice.reason ?? null),
    paymentKey: notice.paymentKey ?? null,
    endedAt: at,
    paidAt: status === 'success' ? at : null,
  });
  if (!ended) throw new Error('a locked pending order was not pending');
  return status === 'success' ? credit(tx, order, at) : undefined;
}

async function credit(tx: Tx, order: PaymentRow, at: Date): Promise<Credited> {
  const credited = await creditPoints(tx, {
    userId: order.userId,
    amountPoints: order.points,
    kind: 'charge',
    cause: `payment:${order.id}`,
    reference: { type: 'payment', id: order.id },
    description: order.productName,
    at,
  });
  await enqueue(tx, 'mail.receipt', { paymentId: order.id }, { jobKey: `mail.receipt:${order.id}` });
  // Refunds that were told before the success they belong to.
  for (const earlier of await listRefunds(tx, order.id)) await takeBack(tx, order, earlier);
  return credited;
}

async function refund(tx: Tx, { order, notice, at }: Step, amount: number): Promise<void> {
  const row: RefundRow = {
    id: newId(),
    paymentId: order.id,
    refundRef: notice.refund?.ref ?? notice.eventId,
    amount,
    points: pointsOfRefund(order, amount),
    createdAt: at,
  };
  await insertRefund(tx, row);
  await addRefunded(tx, order.id, amount);
  if (order.status === 'success') await takeBack(tx, order, row);
}

async function takeBack(tx: Tx, order: PaymentRow, { id, points }: RefundRow): Promise<void> {
  if (points === 0) return;
  await clawBack(tx, {
    userId: order.userId,
    amountPoints: points,
    refundId: id,
    reference: { type: 'payment', id: order.id },
    description: order.productName,
  });
}

function report(ctx: Ctx, { order, verdict }: Settled, { provider, kind }: Notice): void {
  const line = { payment_id: order.id, user_id: order.userId, provider, kind, verdict };
  const anomaly = verdict === 'late_success' || verdict === 'amount_mismatch' || verdict === 'refund_mismatch';
  if (anomaly) ctx.log.error('payment anomaly', line);
  else ctx.log.info('payment notice', line);
}
