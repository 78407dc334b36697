import { expect, test } from 'bun:test';
import postgres from 'postgres';
import { createWorld } from '../../harness/world.ts';
import { signUpAdmin } from '../characters/cast.ts';

test('an act whose row cannot be written is not done', async () => {
  const world = await createWorld();
  const sql = postgres(world.stores.databaseUrl, { max: 1 });
  const admin = await signUpAdmin(world);
  await sql`alter table admin_audit add constraint nothing check (false) not valid`;
  const refused = await world.client.post('/tags', { name: 'x', slug: 'unaudited' }, { token: admin.token });
  expect(refused.status).toBeGreaterThanOrEqual(500);
  expect(await sql`select * from tags where slug = 'unaudited'`).toHaveLength(0);
  await sql`alter table admin_audit drop constraint nothing`;
  const made = await world.client.post('/tags', { name: 'x', slug: 'unaudited' }, { token: admin.token });
  expect(made.status).toBe(201);
  await sql.end();
  await world.close();
});

test('while Postgres is away administrators see what Redis knows, and the log has what the trail could not take', async () => {
  const world = await createWorld();
  const admin = await signUpAdmin(world);
  expect((await world.client.get('/metrics/online', { token: admin.token })).status).toBe(200);
  await world.ctx.db.close();
  const read = await world.client.get('/metrics/online', { token: admin.token });
  expect(read.status).toBe(200);
  expect(world.logs.findLast(({ message }) => /left no row/.test(String(message)))).toMatchObject({
    actor_id: admin.id,
    route: 'GET /metrics/online',
    request_id: read.headers.get('x-request-id'),
  });
  const refused = await world.client.post('/tags', { name: 'x', slug: 'x' }, { token: admin.token });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
  await world.close();
});
