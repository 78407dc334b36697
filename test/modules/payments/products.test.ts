import { afterAll, beforeAll, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { ensureProducts } from '../../../src/modules/payments/products.ts';
import { sell, type TestProduct } from '../../harness/payments.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
let person: Person;
let admin: Person;
beforeAll(async () => {
  world = await createWorld();
  [person, admin] = await Promise.all([signUp(world), signUp(world)]);
  await world.ctx.db.pool.execute(sql`update users set is_admin = true where id = ${admin.id}::uuid`);
  await world.ctx.redis.commands.flushdb();
});
afterAll(() => world.close());

test('an admin makes them; everybody sees those for sale, in their order, with ids that the page accepts', async () => {
  const made = await world.client.post(
    '/payment/products',
    { name: 'First', description: null, price: 500, point_amount: 50, bonus_point: null, sort_order: -5 },
    { token: admin.token },
  );
  expect(made.status).toBe(200);
  expect(made.body).toEqual({
    ...{ id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/) },
    ...{
      name: 'First',
      description: null,
      price: 500,
      point_amount: 50,
      bonus_point: 0,
      is_active: true,
      sort_order: -5,
    },
    ...{ created_at: expect.any(String), updated_at: expect.any(String) },
  });
  const list = await world.client.get('/payment/products');
  expect(list.status).toBe(200);
  expect(list.body[0]).toEqual(made.body);
});

test('who may do what', async () => {
  const body = { name: 'x', price: 1, point_amount: 1 };
  expect((await world.client.post('/payment/products', body)).status).toBe(401);
  expect((await world.client.post('/payment/products', body, { token: person.token })).status).toBe(403);
  for (const bad of [
    {},
    { ...body, price: 0 },
    { ...body, price: 1.5 },
    { ...body, point_amount: -1 },
    { ...body, name: '' },
    { ...body, name: 'x'.repeat(101) },
  ])
    expect(
      (await world.client.post('/payment/products', bad, { token: admin.token })).status,
      JSON.stringify(bad),
    ).toBe(422);
  const hidden = await sell(world, { name: 'Hidden', is_active: false });
  const names = async (token?: string) =>
    (await world.client.get('/payment/products', { token })).body.map(({ name }: TestProduct) => name);
  expect(await names()).not.toContain('Hidden');
  expect((await world.client.get('/payment/products?is_active=false')).status).toBe(401);
  expect((await world.client.get('/payment/products?is_active=false', { token: person.token })).status).toBe(403);
  const shown = await world.client.get('/payment/products?is_active=false', { token: admin.token });
  expect(shown.body).toEqual([expect.objectContaining({ id: hidden.id })]);
  expect((await world.client.get('/payment/products?is_active=maybe')).status).toBe(422);
});

test('the first products are made once, however often and by however many', async () => {
  const made = await Promise.all([1, 2, 3].map(() => ensureProducts(world.ctx)));
  expect(made.reduce((sum, n) => sum + n)).toBe(4);
  expect(await ensureProducts(world.ctx)).toBe(0);
});
