import type { Language } from '../../lib/language.ts';
import { say } from '../../lib/messages.ts';
import type { Balance } from './balance.ts';
import type { Summary } from './history.ts';
import type { LedgerRow } from './ledger-queries.ts';
import type { TimerState } from './timer.ts';
import type { UseOutcome } from './use.ts';

/** One ruby of the page is one point. What is short is no error: 200 with `success: false` (contract). */
export function useView(outcome: UseOutcome, language: Language) {
  if (outcome.kind === 'used')
    return {
      success: true,
      balance_after: outcome.balanceAfter,
      transaction_id: outcome.txId,
      ...say('points.used', language),
      persistence: outcome.persistence,
    };
  const balance = outcome.kind === 'short' ? outcome.balance : 0;
  return {
    success: false,
    balance_after: balance,
    transaction_id: '',
    ...say('points.short', language),
    persistence: null,
  };
}

export function balanceView(userId: string, balance: Balance) {
  return {
    user_id: userId,
    balance: balance.availablePoints,
    total_charged: balance.chargedPoints ?? null,
    total_used: balance.usedPoints ?? null,
    pending: balance.pendingPoints ?? null,
    last_charged_at: balance.lastChargedAt?.toISOString() ?? null,
    stale: balance.stale,
  };
}

export function transactionView(row: LedgerRow) {
  return {
    id: row.txId,
    user_id: row.userId,
    type: row.type,
    amount: row.delta,
    balance_after: row.balanceAfter,
    description: row.description,
    reference_type: row.referenceType,
    reference_id: row.referenceId,
    created_at: row.createdAt.toISOString(),
  };
}

export function summaryView({ availablePoints, types }: Summary) {
  return {
    current_balance: availablePoints,
    total_charged: types.charge.points,
    total_used: types.use.points,
    total_refunded: types.refund.points,
    total_bonus: types.bonus.points,
    transaction_counts: {
      charge: types.charge.rows,
      use: types.use.rows,
      refund: types.refund.rows,
      bonus: types.bonus.rows,
    },
  };
}

export function timerView(timer: TimerState) {
  return {
    current: timer.currentPoints,
    max: timer.maxPoints,
    earned: timer.earnedPoints,
    next_refill_seconds: timer.nextRefillSeconds,
    refill_multiplier: timer.multiplier,
  };
}
