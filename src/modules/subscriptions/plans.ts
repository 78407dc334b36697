import type { Plan, Subscription } from './schema.ts';

/** The one plan there is: nothing to pay, nothing granted. Buying a plan is not offered yet. */
const free: Plan = {
  id: 'free',
  name: 'Free',
  price: 0,
  monthly_ruby: 0,
  refill_speed_multiplier: 1,
  free_chapters: false,
  model_discount_pct: 0,
};

/** The plans that a member may have. */
export function listPlans(): Plan[] {
  return [free];
}

/** The plan of a member: the free one, which begins with nothing and never ends. */
export function currentSubscription(): Subscription {
  return { ...free, plan_id: free.id, plan_name: free.name, status: 'active', started_at: null, expires_at: null };
}
