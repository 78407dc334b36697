import { Elysia } from 'elysia';
import type { Ctx } from '../../context.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import { currentSubscription, listPlans } from './plans.ts';
import { PlanList, SubscriptionSchema } from './schema.ts';

const tag = 'subscription';

/** What the shop's page asks: everybody has the free plan. */
export function subscriptionRoutes(ctx: Ctx) {
  return new Elysia({ prefix: '/subscription', name: 'subscriptions' })
    .use(guard(ctx))
    .get('/plans', () => listPlans(), { open: true, response: PlanList, detail: doc(tag, 'Plans') })
    .get('/me', () => currentSubscription(), {
      member: true,
      response: SubscriptionSchema,
      detail: doc(tag, 'The plan of the signed-in account'),
    });
}
