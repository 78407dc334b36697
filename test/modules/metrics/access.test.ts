import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { signUpAdmin } from '../characters/cast.ts';

let world: World;
let admin: Person;
let person: Person;
beforeAll(async () => {
  world = await createWorld({ env: { METRICS_TOKEN: 'a-token-for-the-scraper' } });
  [admin, person] = await Promise.all([signUpAdmin(world), signUp(world)]);
});
afterAll(() => world.close());

test.each([['/metrics/online'], ['/metrics/summary'], ['/metrics/traffic'], ['/metrics/prometheus']])(
  '%s: 401 for guests and bad tokens, before validation; 403 for members; 200 for administrators',
  async (path) => {
    const status = async (token?: string, query = '') => (await world.client.get(path + query, { token })).status;
    expect([await status(), await status('nonsense'), await status(undefined, '?day=x&window_sec=x')]).toEqual([
      401, 401, 401,
    ]);
    expect([await status(person.token), await status(admin.token)]).toEqual([403, 200]);
    expect(await status('a-token-for-the-scraper')).toBe(path === '/metrics/prometheus' ? 200 : 401);
  },
);

test.each([
  ['/metrics/online?window_sec=9'],
  ['/metrics/online?window_sec=601'],
  ['/metrics/online?window_sec=x'],
  ['/metrics/summary?day=2026-01-01'],
  ['/metrics/summary?day=20260231'],
  ['/metrics/summary?day=day%3D*'],
  ['/metrics/summary?story_id=x'],
  ['/metrics/summary?room_id=1'],
])('%s is 422', async (path) => {
  expect((await world.client.get(path, { token: admin.token })).status).toBe(422);
});

test('without METRICS_TOKEN no token opens the export', async () => {
  const own = await createWorld();
  for (const authorization of ['Bearer ', 'Bearer', 'Bearer x', ''])
    expect((await own.client.get('/metrics/prometheus', { headers: { authorization } })).status).toBe(401);
  await own.close();
});
