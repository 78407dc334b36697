import { type Static, t } from 'elysia';

const planFields = {
  id: t.String(),
  name: t.String(),
  price: t.Integer(),
  monthly_ruby: t.Integer(),
  refill_speed_multiplier: t.Number(),
  free_chapters: t.Boolean(),
  model_discount_pct: t.Integer(),
};

const PlanSchema = t.Object(planFields);

export const PlanList = t.Array(PlanSchema);
export const SubscriptionSchema = t.Object({
  ...planFields,
  plan_id: t.String(),
  plan_name: t.String(),
  status: t.String(),
  started_at: t.Nullable(t.String({ format: 'date-time' })),
  expires_at: t.Nullable(t.String({ format: 'date-time' })),
});

export type Plan = Static<typeof PlanSchema>;
export type Subscription = Static<typeof SubscriptionSchema>;
