import type { Ctx } from '../../context.ts';
import { findAnomalies, type PaymentAnomaly } from './audit-queries.ts';

const MAX_ANOMALIES = 1_000;

/**
 * What a person should look at, oldest first and at most a thousand: orders that are paid but not credited or credited
 * but not paid, money that came after an order was given up, notices with a wrong amount. Nothing is changed.
 */
export async function auditPayments(ctx: Ctx): Promise<PaymentAnomaly[]> {
  return findAnomalies(ctx.db.pool, MAX_ANOMALIES);
}
