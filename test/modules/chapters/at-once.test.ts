import { afterAll, beforeAll, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { summariseChapters } from '../../../src/modules/chapters/summarise.ts';
import { flushViews } from '../../../src/modules/views/flush.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { closeWindow, rich } from '../points/purse.ts';
import { makeStory } from './shelf.ts';

let world: World;
let owner: Person;
let reader: Person;
beforeAll(async () => {
  world = await createWorld({ env: { DATABASE_POOL_SIZE: '12' } });
  await closeWindow(world.ctx);
  [owner, reader] = [await signUp(world), await rich(world, 10_000)];
});
afterAll(() => world.close());

// Whoever locks rows here does it in one order: a circle would be a 500 after a second.
test('writing, reading, buying, telling, counting and deleting a story at once: nobody waits in a circle', async () => {
  const [first, second] = [await makeStory(world, owner.id), await makeStory(world, owner.id)];
  const { client } = world;
  const { token } = owner;
  const statuses = new Map<number, number>();
  const count = ({ status }: { status: number }) => statuses.set(status, (statuses.get(status) ?? 0) + 1);
  const post = (storyId: string, no: number) =>
    client.post('/chapters', { story_id: storyId, no, content: `It rained on day ${no}. `.repeat(9) }, { token });
  const ids: string[] = [];
  for (const storyId of [first, second])
    for (let no = 1; no <= 10; no += 1) ids.push((await post(storyId, no)).body.id);
  const pick = () => ids[Math.floor(Math.random() * ids.length)] ?? '';
  const anyStory = () => (Math.random() < 0.5 ? first : second);
  const acts: (() => Promise<unknown>)[] = [
    async () => {
      const answer = await post(anyStory(), Math.floor(Math.random() * 40));
      count(answer);
      if (answer.status === 201) ids.push(answer.body.id);
    },
    async () => count(await client.put(`/chapters/${pick()}`, { content: `Snow ${Math.random()}.` }, { token })),
    async () => count(await client.delete(`/chapters/${pick()}`, { token })),
    async () => count(await client.get(`/chapters/${pick()}`, { token: reader.token })),
    async () => {
      const body = { story_id: anyStory(), chapter_no: 6 + Math.floor(Math.random() * 20) };
      count(await client.post('/chapters/purchase', body, { token: reader.token }));
    },
    () => summariseChapters(world.ctx, { storyId: anyStory() }),
    () => flushViews(world.ctx),
  ];
  const some = (times: number) =>
    Promise.all(Array.from({ length: times }, (_, n) => (acts[n % acts.length] as () => Promise<unknown>)()));
  await some(140);
  await Promise.all([some(140), client.delete(`/stories/${second}`, { token }).then(count)]);
  for (const status of statuses.keys()) expect([200, 201, 204, 400, 402, 404]).toContain(status);
  expect(statuses.get(204)).toBeGreaterThan(1);

  await flushViews(world.ctx);
  await summariseChapters(world.ctx, { storyId: first });
  const [facts] = await world.ctx.db.pool.execute(sql`
    select s.chapter_count as counted, count(c.id)::int as chapters, count(e.id)::int as told,
      (select count(*)::int from story_chapters where story_id = ${second}) as left_over
    from stories s left join story_chapters c on c.story_id = s.id left join story_episode_summaries e on e.chapter_id = c.id
    where s.id = ${first} group by s.id`);
  expect(facts).toMatchObject({ counted: facts?.chapters, told: facts?.chapters, left_over: 0 });
  expect(world.logs.filter(({ message }) => message === 'request failed')).toEqual([]);
}, 30_000);
