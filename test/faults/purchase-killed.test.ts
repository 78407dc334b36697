import { afterAll, beforeAll, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { refundUnfinished } from '../../src/modules/chapters/refund-unfinished.ts';
import { settleShard } from '../../src/modules/points/settle.ts';
import { runJobs } from '../harness/jobs.ts';
import { type Person, signUp } from '../harness/people.ts';
import { startApi } from '../harness/processes.ts';
import { until } from '../harness/until.ts';
import { createWorld, type World } from '../harness/world.ts';
import { makeStory, putChapters } from '../modules/chapters/shelf.ts';
import { closeWindow, ledgerOf, rich } from '../modules/points/purse.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const READERS = 6;
const KILLS = 4;
const POINTS = 90;

test('the API is killed while chapters are bought, again and again: what was paid is what is owned', async () => {
  await closeWindow(world.ctx);
  const storyId = await makeStory(world, (await signUp(world)).id);
  await putChapters(
    world,
    storyId,
    Array.from({ length: 26 }, (_, no) => no),
  );
  const readers: Person[] = [];
  for (let n = 0; n < READERS; n += 1) readers.push(await rich(world, POINTS));
  const confirmed = new Map(readers.map(({ id }) => [id, new Set<number>()]));

  const statuses = new Set<number>();

  for (let kill = 0; kill < KILLS; kill += 1) {
    const api = await startApi(world.stores);
    let dead = false;
    let answered = 0;
    const buying = readers.map(async ({ id, token }) => {
      while (!dead) {
        const no = 6 + Math.floor(Math.random() * 20);
        const body = { story_id: storyId, chapter_no: no };
        const answer = await api.client.post('/chapters/purchase', body, { token }).catch(() => undefined);
        if (answer) answered += 1;
        if (answer?.status === 200) confirmed.get(id)?.add(no);
        else if (answer) statuses.add(answer.status);
        if (answer?.status === 402) break;
      }
    });
    const enough = 1 + Math.floor(Math.random() * 15);
    await until(() => answered >= enough, { everyMs: 1, what: 'purchases' });
    dead = true;
    await api.kill();
    await Promise.all(buying);
  }

  expect([...statuses].filter((status) => status !== 402)).toEqual([]);
  await settleShard(world.ctx, { shard: 0 });
  world.clock.advance(121);
  await refundUnfinished(world.ctx);
  await runJobs(world);
  await settleShard(world.ctx, { shard: 0 });
  let bought = 0;
  for (const { id } of readers) {
    const rows = await world.ctx.db.pool.execute<{ chapter_no: number; status: string }>(
      sql`select chapter_no, status from chapter_purchases where user_id = ${id}`,
    );
    const owned = rows.map(({ chapter_no }) => chapter_no);
    expect(rows.every(({ status }) => status === 'owned')).toBe(true);
    // Nothing that was answered is lost, and each one cost five points, also those whose answer never came.
    for (const no of confirmed.get(id) ?? []) expect(owned).toContain(no);
    expect((await ledgerOf(world.ctx, id)).balance).toBe(POINTS - 5 * owned.length);
    bought += owned.length;
  }
  expect(bought).toBeGreaterThan(READERS);
}, 60_000);
