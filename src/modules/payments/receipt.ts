import type { Ctx } from '../../context.ts';
import { chargePageLink } from '../../mail/links.ts';
import { receiptMail } from '../../mail/receipt.ts';
import type { TaskPayload } from '../../queue/catalogue.ts';
import { findAccountById } from '../auth/accounts.ts';
import { findByPaymentId } from './order-queries.ts';

/** Job: mails the receipt of a paid order. However often it runs, it sends the same mail under the same key. */
export async function sendReceiptMail(ctx: Ctx, { paymentId }: TaskPayload<'mail.receipt'>): Promise<void> {
  const order = await findByPaymentId(ctx.db.pool, paymentId);
  if (order?.status !== 'success' || order.paidAt === null) return;
  const account = await findAccountById(ctx, order.userId);
  if (!account) return;
  const { orderId, productName, amount, currency, points, paidAt } = order;
  await ctx.mail.send({
    to: account.email,
    ...receiptMail({
      ...{ orderId, productName, amount, currency, points, paidAt },
      link: chargePageLink(ctx.config.frontendBaseUrl),
      name: account.username,
      language: account.locale,
    }),
    idempotencyKey: `receipt/${orderId}`,
  });
}
