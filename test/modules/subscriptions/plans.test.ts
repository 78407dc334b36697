import { afterAll, beforeAll, expect, test } from 'bun:test';
import { signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

test('everybody has the free plan, which is the only one listed', async () => {
  const plans = await world.client.get('/subscription/plans');
  expect(plans.body).toEqual([
    {
      id: 'free',
      name: 'Free',
      price: 0,
      monthly_ruby: 0,
      refill_speed_multiplier: 1,
      free_chapters: false,
      model_discount_pct: 0,
    },
  ]);
  const { token } = await signUp(world);
  const mine = await world.client.get('/subscription/me', { token });
  expect(mine.body).toEqual({
    ...plans.body[0],
    plan_id: 'free',
    plan_name: 'Free',
    status: 'active',
    started_at: null,
    expires_at: null,
  });
  expect((await world.client.get('/subscription/me')).status).toBe(401);
});
