import { afterAll, beforeAll, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { readEvents } from '../../harness/sse.ts';
import { createExtractionWorld, gridOf, JOBS, TALE, tellStory, writeChapter } from './extraction-world.ts';

let home: Awaited<ReturnType<typeof createExtractionWorld>>;
beforeAll(async () => {
  home = await createExtractionWorld();
});
afterAll(() => home.world.close());

const call = () => ({ token: home.owner.token });

test('a search finds the persons of a story, and each is a character one can play', async () => {
  const story = await tellStory(home.world, home.owner);
  expect(await home.grid(story)).toEqual({ items: [] });
  const { jobId, job } = await home.search(story);
  expect(job).toEqual({
    kind: 'extract_characters',
    story_id: story,
    status: 'done',
    stage: 'done',
    created: 3,
    error_message: null,
    cancelled: false,
    total_windows: 1,
    processed_windows: 1,
  });
  const grid = await home.grid(story);
  expect(grid.extraction_status).toBe('completed');
  expect(grid.job_id).toBeUndefined();
  expect(grid.items.map((item: { name: string }) => item.name).toSorted()).toEqual(['Captain Holt', 'Joren', 'Mira']);
  for (const [index, item] of grid.items.entries()) {
    expect(item).toMatchObject({ order_index: index, is_public: true, initial: item.name[0], avatar_url: null });
    const { body } = await home.world.client.get(`/characters/${item.character_id}`, call());
    expect(body).toMatchObject({
      name: item.name,
      creator_id: home.owner.id,
      source_type: 'IMPORTED',
      character_type: 'roleplay',
      origin_story_id: story,
      has_affinity_system: true,
      is_public: true,
    });
    expect(body.affinity_stages.map((stage: { min_value: number }) => stage.min_value)).toEqual([0, 40, 70]);
    for (const field of ['personality', 'speech_style', 'greeting', 'world_setting'])
      expect(body[field].length, field).toBeGreaterThan(10);
  }
  const { body } = await home.world.client.get(`/stories/${story}`, call());
  if (body.is_origchat !== undefined) expect(body.is_origchat).toBe(true);
  const events = await readEvents(await home.world.client.open('GET', `${JOBS}/${jobId}/events`, call()));
  expect(events).toEqual([{ id: '3-1', event: 'final', data: job }]);
});

test('a story without chapters is its own text', async () => {
  const story = await tellStory(home.world, home.owner, []);
  await home.search(story);
  expect(await home.names(story)).toContain('Mira');
});

test('a search that finds nobody leaves the grid as it is', async () => {
  const story = await tellStory(home.world, home.owner);
  await home.search(story);
  const before = await home.grid(story);
  await writeChapter(home.world, story, 1, 'It rained. Nothing moved in the valley. It was cold.');
  const { job } = await home.search(story);
  expect(job).toMatchObject({ status: 'error', created: 0, cancelled: false });
  expect(job.error_message).toContain('Nobody');
  const after = await home.grid(story);
  expect(after).toEqual({ ...before, extraction_status: 'failed' });
});

test('a person found again keeps row, character, room and what its owner wrote; who is gone goes with everything', async () => {
  const story = await tellStory(home.world, home.owner);
  await home.search(story);
  const before = (await home.grid(story)).items as { id: string; name: string; character_id: string }[];
  const of = (name: string) => before.find((item) => item.name === name)!;
  const rooms: Record<string, string> = {};
  for (const name of ['Mira', 'Joren']) {
    const started = await home.world.client.post('/chat/start', { character_id: of(name).character_id }, call());
    expect(started.status).toBeLessThan(300);
    rooms[name] = started.body.id;
  }
  const { pool } = home.world.ctx.db;
  await pool.execute(sql`update characters set personality = 'Mine.' where id = ${of('Mira').character_id}`);
  await pool.execute(
    sql`update story_extracted_characters set avatar_url = '/static/a.png' where id = ${of('Mira').id}`,
  );
  await writeChapter(home.world, story, 1, TALE.replaceAll('Mira', 'Mira Vale').replaceAll('Joren', 'Tobin'));
  await home.search(story);
  const after = (await home.grid(story)).items as typeof before;
  const mira = after.find((item) => item.name === 'Mira Vale');
  expect(mira).toMatchObject({ id: of('Mira').id, character_id: of('Mira').character_id });
  expect((mira as unknown as { avatar_url: string }).avatar_url).toMatch(/^\/static\/a\.png\?v=\d+$/);
  expect((await home.world.client.get(`/characters/${mira!.character_id}`, call())).body.personality).toBe('Mine.');
  expect((await home.world.client.get(`/chat/rooms/${rooms.Mira}`, call())).status).toBe(200);
  expect(after.map((item) => item.name).toSorted()).toEqual(['Captain Holt', 'Mira Vale', 'Tobin']);
  expect((await home.world.client.get(`/characters/${of('Joren').character_id}`, call())).status).toBe(404);
  expect((await home.world.client.get(`/chat/rooms/${rooms.Joren}`, call())).status).toBe(404);
  expect(await home.strays(story)).toEqual({ orphans: 0, empty: 0, rows: 3, doubled: 0 });
});

test('deleting the grid takes everything, says how much, and leaves what comes from elsewhere', async () => {
  const story = await tellStory(home.world, home.owner);
  await home.search(story);
  const [item] = (await home.grid(story)).items;
  const room = await home.world.client.post('/chat/start', { character_id: item.character_id }, call());
  await home.world.client.post(`/characters/${item.character_id}/like`, undefined, call());
  const guest = await home.world.client.post(
    '/characters',
    { name: 'From elsewhere', description: 'A guest.' },
    call(),
  );
  const { pool } = home.world.ctx.db;
  await pool.execute(sql`insert into story_extracted_characters (id, story_id, name, character_id, order_index)
    values (${Bun.randomUUIDv7()}, ${story}, 'Guest', ${guest.body.id}, 9)`);
  await pool.execute(sql`update stories set character_id = ${item.character_id} where id = ${story}`);
  const answer = await home.world.client.delete(gridOf(story), call());
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({
    deleted: true,
    summary: { extracted_rows: 4, characters: 3, chat_rooms: 1, character_likes: 1, character_settings: 3 },
  });
  expect(answer.body.summary.chat_messages).toBeGreaterThan(0);
  expect(await home.grid(story)).toEqual({ items: [] });
  expect((await home.world.client.get(`/chat/rooms/${room.body.id}`, call())).status).toBe(404);
  expect((await home.world.client.get(`/characters/${guest.body.id}`, call())).status).toBe(200);
  const [row] = await pool.execute(sql`select character_id, is_origchat from stories where id = ${story}`);
  expect(row).toEqual({ character_id: null, is_origchat: false } as never);
  const again = await home.world.client.delete(gridOf(story), call());
  expect(again.body.summary).toMatchObject({ extracted_rows: 0, characters: 0, redis_keys: 0 });
});

test('one person is drawn anew: name and description stay', async () => {
  const story = await tellStory(home.world, home.owner);
  await home.search(story);
  const [item] = (await home.grid(story)).items;
  await home.world.ctx.db.pool.execute(sql`
    update characters set personality = null, greeting = 'old', description = 'kept' where id = ${item.character_id}`);
  const answer = await home.world.client.post(`${gridOf(story)}/${item.id}/rebuild`, undefined, call());
  expect(answer.status).toBe(200);
  const { is_public: _, ...plain } = item;
  expect(answer.body).toEqual({ item: plain });
  const { body } = await home.world.client.get(`/characters/${item.character_id}`, call());
  expect(body).toMatchObject({ name: item.name, description: 'kept' });
  expect(body.personality.length).toBeGreaterThan(10);
  expect(body.greeting).not.toBe('old');
  // One who lost the character gets another.
  await home.world.ctx.db.pool.execute(
    sql`update story_extracted_characters set character_id = null where id = ${item.id}`,
  );
  expect((await home.grid(story)).items).toHaveLength(2);
  const made = await home.world.client.post(`${gridOf(story)}/${item.id}/rebuild`, undefined, call());
  expect(made.status).toBe(200);
  expect(made.body.item.character_id).not.toBe(item.character_id);
  expect((await home.grid(story)).items).toHaveLength(3);
  const other = await tellStory(home.world, home.owner);
  expect((await home.world.client.post(`${gridOf(other)}/${item.id}/rebuild`, undefined, call())).status).toBe(404);
});
