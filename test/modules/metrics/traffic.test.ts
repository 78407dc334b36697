import { afterAll, beforeAll, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { recordOrigchat } from '../../../src/modules/metrics/record.ts';
import { rollUpMetrics } from '../../../src/modules/metrics/roll-up.ts';
import { makeCharacter } from '../../harness/chat.ts';
import { logIn, type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { signUpAdmin } from '../characters/cast.ts';
import { roomWith, seoul, travel } from './ledger.ts';

let world: World;
let admin: Person;
let people: Person[];
/** One administrator and three people opened their accounts then. */
const OPENED = seoul('2030-03-01T09:00:00');

beforeAll(async () => {
  world = await createWorld();
  travel(world, OPENED);
  admin = await signUpAdmin(world);
  people = await Promise.all([signUp(world), signUp(world), signUp(world)]);
  const characterId = await makeCharacter(world, admin);
  const [ann, bob, cho] = people as [Person, Person, Person];
  // Around midnight in Seoul, which is three in the afternoon in London's winter.
  const room = await roomWith(world, ann, characterId, [
    seoul('2030-03-01T23:59:59.999'),
    seoul('2030-03-02T00:00:00.000'),
    seoul('2030-03-02T12:00:00'),
  ]);
  await roomWith(world, bob, characterId, [seoul('2030-03-02T23:59:59.999'), seoul('2030-03-03T00:00:00')]);
  await roomWith(world, cho, characterId, [seoul('2030-03-09T10:00:00')]);
  // A branch: what was said before it was opened is not said again.
  await roomWith(world, ann, characterId, [seoul('2030-03-01T23:59:59.999')], seoul('2030-03-05T00:00:00'));
  expect(room).toBeString();
});
afterAll(() => world.close());

/** Days go by: an access token of the first one is good no more. */
async function traffic(day?: string) {
  const { token } = await logIn(world.client, admin.email);
  const { body } = await world.client.get(`/metrics/traffic${day === undefined ? '' : `?day=${day}`}`, { token });
  const { dau_chat, wau_chat, mau_chat, new_users, user_messages } = body;
  return [body.day, dau_chat, wau_chat, mau_chat, new_users, user_messages];
}
const expected: [string, number, number, number, number, number][] = [
  ['20300228', 0, 0, 0, 0, 0],
  ['20300301', 1, 1, 1, 4, 1],
  ['20300302', 2, 2, 2, 0, 3],
  ['20300303', 1, 2, 2, 0, 1],
  ['20300308', 0, 2, 2, 0, 0],
  ['20300309', 1, 2, 3, 0, 1],
  ['20300310', 0, 1, 3, 0, 0],
  ['20300330', 0, 0, 3, 0, 0],
  ['20300331', 0, 0, 3, 0, 0],
  ['20300401', 0, 0, 2, 0, 0],
];

test('days are Seoul’s; a week has seven and a month thirty of them; a branch counts nothing twice', async () => {
  travel(world, seoul('2030-03-10T00:05:00'));
  for (const row of expected) expect(await traffic(row[0])).toEqual(row);
  expect((await traffic())[0]).toBe('20300310');
  for (const bad of ['x', '2030-03-01', '20300230', '', 'day=*', '19991231'])
    expect((await traffic(encodeURIComponent(bad)))[0]).toBe('20300310');
});

test('the roll-up writes finished days down, once, and the answers stay the same', async () => {
  travel(world, seoul('2030-03-10T00:09:00'));
  // The ninth has not settled yet.
  const [first, second] = await Promise.all([rollUpMetrics(world.ctx), rollUpMetrics(world.ctx)]);
  expect([first.length, second.length].sort().at(-1)).toBe(8);
  expect(await rollUpMetrics(world.ctx)).toEqual([]);
  for (const row of expected) expect(await traffic(row[0])).toEqual(row);
  // The worker was away for days: they are made up for.
  travel(world, seoul('2030-04-02T03:00:00'));
  const made = await rollUpMetrics(world.ctx);
  expect([made[0], made.at(-1), made.length]).toEqual(['20300309', '20300401', 24]);
  for (const row of expected) expect(await traffic(row[0])).toEqual(row);
  const [{ n } = { n: 0 }] = await world.ctx.db.pool.execute<{ n: number }>(
    sql`select count(*)::int as n from metric_days`,
  );
  expect(n).toBe(32);
});

test('a room that is deleted later takes nothing from the past', async () => {
  await world.ctx.db.pool.execute(sql`delete from rooms where user_id = ${people[0]?.id ?? ''}`);
  expect(await traffic('20300302')).toEqual(expected[2] as never);
});

test('what Redis counted outlives Redis: a count is the sum of its lives', async () => {
  const own = await createWorld();
  travel(own, seoul('2031-01-01T23:00:00'));
  const boss = await signUpAdmin(own);
  const storyId = crypto.randomUUID();
  const turn = async () => {
    recordOrigchat(own.ctx, { storyId, roomId: crypto.randomUUID(), ttiMs: 1_000, completed: true });
    await own.client.post('/metrics/traffic/page-event', { event: 'page_view', path: '/' });
    await Promise.all(own.ctx.background);
  };
  const seen = async () => {
    const { token } = await logIn(own.client, boss.email);
    const get = async (path: string) => (await own.client.get(path, { token })).body;
    const summary = await get('/metrics/summary?day=20310101');
    const story = await get(`/metrics/summary?day=20310101&story_id=${storyId}`);
    const { page_views } = await get('/metrics/traffic?day=20310101');
    return [summary.tti_count, summary.counters.completed, story.tti_count, page_views[0]?.views ?? 0];
  };
  for (let i = 0; i < 3; i += 1) await turn();
  await rollUpMetrics(own.ctx);
  await rollUpMetrics(own.ctx);
  expect(await seen()).toEqual([3, 3, 3, 3]);
  await own.ctx.redis.commands.flushdb();
  expect(await seen()).toEqual([3, 3, 3, 3]);
  for (let i = 0; i < 2; i += 1) await turn();
  expect(await seen()).toEqual([5, 5, 5, 5]);
  await Promise.all([rollUpMetrics(own.ctx), rollUpMetrics(own.ctx)]);
  await turn();
  await own.ctx.redis.commands.flushdb();
  // One turn was not written down when Redis forgot it.
  expect(await seen()).toEqual([5, 5, 5, 5]);
  // The next day the numbers are still those of the day before, also when Redis has let them go.
  await turn();
  travel(own, seoul('2031-01-02T00:01:00'));
  await rollUpMetrics(own.ctx);
  await own.ctx.redis.commands.flushdb();
  expect(await seen()).toEqual([6, 6, 6, 6]);
  const { token } = await logIn(own.client, boss.email);
  own.ctx.redis.commands.disconnect();
  const { body } = await own.client.get('/metrics/summary?day=20310101', { token });
  expect(body.counters.completed).toBe(6);
  await own.close();
}, 20_000);
