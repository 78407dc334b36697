import { t } from 'elysia';
import { maybe } from '../../http/schema.ts';
import { MAX_USE_POINTS } from './entry.ts';

/** Deepest page, as everywhere. */
const MAX_OFFSET = 10_000;

const Uuid = t.String({ format: 'uuid' });
const Instant = t.String({ format: 'date-time' });
const Points = t.Integer();
const Type = t.Union([t.Literal('charge'), t.Literal('use'), t.Literal('refund'), t.Literal('bonus')]);
const Persistence = t.Union([t.Literal('journaled'), t.Literal('committed')]);

export const UseBody = t.Object({
  amount: t.Integer({ minimum: 1, maximum: MAX_USE_POINTS }),
  reason: t.String({ maxLength: 200 }),
  reference_type: maybe(t.String({ maxLength: 50 })),
  reference_id: maybe(t.String({ maxLength: 100 })),
  idempotency_key: maybe(t.String({ minLength: 1, maxLength: 200 })),
});

export const UseHeaders = t.Object({
  'idempotency-key': t.Optional(t.String({ minLength: 1, maxLength: 200 })),
});

export const HistoryQuery = t.Object({
  limit: t.Integer({ minimum: 1, maximum: 100, default: 20 }),
  offset: t.Integer({ minimum: 0, maximum: MAX_OFFSET, default: 0 }),
  transaction_type: t.Optional(Type),
});

/** `persistence` says what the answer promises; null when nothing was used. */
export const UseResult = t.Object({
  success: t.Boolean(),
  balance_after: Points,
  transaction_id: t.String(),
  message: t.String(),
  persistence: t.Nullable(Persistence),
});

/** Totals are null while the ledger cannot be asked, `pending` while the journal cannot; `stale` then. */
export const Balance = t.Object({
  user_id: Uuid,
  balance: Points,
  total_charged: t.Nullable(Points),
  total_used: t.Nullable(Points),
  pending: t.Nullable(Points),
  last_charged_at: t.Nullable(Instant),
  stale: t.Boolean(),
});

export const Transactions = t.Array(
  t.Object({
    id: Uuid,
    user_id: Uuid,
    type: Type,
    amount: Points,
    balance_after: Points,
    description: t.Nullable(t.String()),
    reference_type: t.Nullable(t.String()),
    reference_id: t.Nullable(t.String()),
    created_at: Instant,
  }),
);

export const Summary = t.Object({
  current_balance: Points,
  total_charged: Points,
  total_used: Points,
  total_refunded: Points,
  total_bonus: Points,
  transaction_counts: t.Object({ charge: Points, use: Points, refund: Points, bonus: Points }),
});

export const CheckInStatus = t.Object({ checked_in: t.Boolean(), date: t.String({ format: 'date' }) });

export const CheckIn = t.Object({
  success: t.Literal(true),
  already_checked_in: t.Literal(false),
  balance: Points,
  reward: Points,
  message: t.String(),
});

export const Timer = t.Object({
  current: Points,
  max: Points,
  earned: Points,
  next_refill_seconds: t.Integer(),
  refill_multiplier: t.Integer(),
});
