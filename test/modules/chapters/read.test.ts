import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { chapterPurchases } from '../../../src/db/tables/chapters.ts';
import { newId } from '../../../src/lib/ids.ts';
import { readableChapters } from '../../../src/modules/chapters/access.ts';
import { flushViews } from '../../../src/modules/views/flush.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { signUpAdmin } from '../characters/cast.ts';
import { makeStory, putChapters, viewsOf } from './shelf.ts';

let world: World;
let owner: Person;
let reader: Person;
let admin: Person;
beforeAll(async () => {
  world = await createWorld();
  [owner, reader, admin] = [await signUp(world), await signUp(world), await signUpAdmin(world)];
});
afterAll(() => world.close());

const SECRET = 'TOPSECRET';
async function shelf(more: object = {}) {
  const storyId = await makeStory(world, owner.id, more);
  const ids = await putChapters(world, storyId, [0, 1, 2, 3, 4, 5, 6, 7, 8], (no) =>
    no > 5 ? `${SECRET} ${no}` : `Free ${no}`,
  );
  await world.ctx.db.pool.execute(
    sql`update story_chapters set image_url = '["https://img.example/TOPSECRET.png"]' where story_id = ${storyId} and no > 5`,
  );
  return { storyId, ids };
}
const owns = (person: Person, storyId: string, chapterNo: number, status: 'owned' | 'pending' = 'owned') =>
  world.ctx.db.pool.insert(chapterPurchases).values({
    id: newId(),
    userId: person.id,
    storyId,
    chapterNo,
    status,
    attemptedAt: new Date(),
    createdAt: new Date(),
  });
const list = (storyId: string, person?: Person, query = '') =>
  world.client.get(`/chapters/by-story/${storyId}${query}`, { token: person?.token });

describe('the paywall', () => {
  test('the first chapters are free; the text and images of the others are for who bought them', async () => {
    const { storyId, ids } = await shelf();
    await owns(reader, storyId, 7);
    await owns(reader, storyId, 8, 'pending');
    for (const [person, open] of [
      [undefined, [0, 1, 2, 3, 4, 5]],
      [await signUp(world), [0, 1, 2, 3, 4, 5]],
      [reader, [0, 1, 2, 3, 4, 5, 7]],
      [owner, [0, 1, 2, 3, 4, 5, 6, 7, 8]],
      [admin, [0, 1, 2, 3, 4, 5, 6, 7, 8]],
    ] as const) {
      const answer = await list(storyId, person);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toContain('application/json');
      const rows: { no: number; locked: boolean; content: string; image_url: unknown; price: number }[] = answer.body;
      expect(rows.map(({ no }) => no)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
      expect(rows.filter(({ locked }) => !locked).map(({ no }) => no)).toEqual([...open]);
      for (const row of rows)
        expect(row).toMatchObject(
          row.locked ? { content: '', image_url: null, price: 5 } : { content: expect.stringMatching(/\d$/), price: 0 },
        );
      for (const [no, id] of ids.entries()) {
        const one = await world.client.get(`/chapters/${id}`, { token: person?.token });
        const may = (open as readonly number[]).includes(no);
        expect(one.status).toBe(may ? 200 : 402);
        if (may) expect(one.body).toEqual(answer.body[no]);
        else expect(one.body).toMatchObject({ code: 'chapter.locked', detail: 'This chapter costs 5 rubies.' });
        expect((await world.client.post(`/chapters/${id}/view`, undefined, { token: person?.token })).status).toBe(
          may ? 204 : 402,
        );
        if (!may) expect(answer.text + one.text).not.toContain(`${SECRET} ${no}`);
      }
    }
    const nobody = await readableChapters(world.ctx, { kind: 'guest' }, storyId);
    expect([0, 5, 6, 7].map((no) => nobody.mayRead(no))).toEqual([true, true, false, false]);
  });

  test('a token that is good no more is told so where it makes a difference, so that nobody is told to buy again', async () => {
    const { storyId, ids } = await shelf();
    const stale = { token: 'stale' };
    expect((await world.client.get(`/chapters/by-story/${storyId}`, stale)).status).toBe(401);
    expect((await world.client.get(`/chapters/${ids[6]}`, stale)).status).toBe(401);
    expect((await world.client.post(`/chapters/${ids[6]}/view`, undefined, stale)).status).toBe(401);
    expect((await world.client.get(`/chapters/${ids[5]}`, stale)).status).toBe(200);
    const free = await makeStory(world, owner.id);
    await putChapters(world, free, [1, 2]);
    expect((await world.client.get(`/chapters/by-story/${free}`, stale)).body).toHaveLength(2);
  });

  test('lists in both orders, over pages, and an empty story as an empty list', async () => {
    const storyId = await makeStory(world, owner.id);
    expect((await list(storyId)).body).toEqual([]);
    await putChapters(
      world,
      storyId,
      Array.from({ length: 45 }, (_, index) => index * 3),
    );
    const numbers = async (query: string) =>
      (await list(storyId, owner, query)).body.map(({ no }: { no: number }) => no);
    const ascending = Array.from({ length: 45 }, (_, index) => index * 3);
    expect(await numbers('')).toEqual(ascending);
    expect(await numbers('?order=asc')).toEqual(ascending);
    expect(await numbers('?order=desc')).toEqual(ascending.toReversed());
    expect((await list(storyId, owner, '?order=up')).status).toBe(422);
    expect((await list('x')).status).toBe(422);
  });
});

describe('privacy', () => {
  test('a private story shows its chapters to its owner and administrators only, on every route', async () => {
    const { storyId, ids } = await shelf({ isPublic: false });
    await owns(reader, storyId, 7);
    const routes: [method: 'get' | 'post', path: string, body?: object][] = [
      ['get', `/chapters/by-story/${storyId}`],
      ['get', `/chapters/${ids[1]}`],
      ['get', `/chapters/${ids[7]}`],
      ['post', `/chapters/${ids[1]}/view`],
      ['get', `/chapters/purchased/${storyId}`],
      ['post', '/chapters/purchase', { story_id: storyId, chapter_no: 6 }],
    ];
    for (const [method, path, body] of routes) {
      const ask = (token?: string) =>
        method === 'get' ? world.client.get(path, { token }) : world.client.post(path, body, { token });
      const members = /purchase/.test(path);
      expect([path, (await ask()).status]).toEqual([path, members ? 401 : 403]);
      expect([path, (await ask('stale')).status]).toEqual([path, 401]);
      const refused = await ask(reader.token);
      expect([path, refused.body.code]).toEqual([path, 'story.private']);
      expect(refused.text).not.toContain(SECRET);
      for (const { token } of [owner, admin]) expect([path, (await ask(token)).status < 300]).toEqual([path, true]);
    }
  });

  test('of a story that is missing or deleted there are none', async () => {
    const gone = await makeStory(world, owner.id, { isPublic: false, deletedAt: new Date() });
    for (const storyId of [newId(), gone])
      for (const answer of [
        await list(storyId, owner),
        await world.client.get(`/chapters/purchased/${storyId}`, { token: owner.token }),
      ])
        expect(answer.body).toMatchObject({ status: 404, code: 'story.not_found' });
  });
});

test('each reading counts, in parallel too, once flushed; lists do not, nor does what was refused', async () => {
  const { storyId, ids } = await shelf();
  const id = ids[1] ?? '';
  await Promise.all([
    ...Array.from({ length: 40 }, () => world.client.get(`/chapters/${id}`)),
    ...Array.from({ length: 10 }, () => world.client.post(`/chapters/${id}/view`)),
    ...Array.from({ length: 5 }, () => list(storyId)),
    world.client.get(`/chapters/${ids[6]}`),
  ]);
  await Promise.all([...world.ctx.background]);
  await Promise.all([flushViews(world.ctx), flushViews(world.ctx), flushViews(world.ctx)]);
  expect(await viewsOf(world, 'story_chapters', id)).toBe(50);
  expect(await viewsOf(world, 'story_chapters', ids[6] ?? '')).toBe(0);
  const [row] = await world.ctx.db.pool.execute(sql`select view_count, view_total from stories where id = ${storyId}`);
  expect(row).toEqual({ view_count: 0, view_total: 50 });
  expect((await world.client.get(`/chapters/${id}`)).body.view_count).toBe(50);
});

test('ten megabytes of chapters are answered a page at a time', async () => {
  const storyId = await makeStory(world, owner.id);
  for (let at = 0; at < 210; at += 30)
    await putChapters(
      world,
      storyId,
      Array.from({ length: 30 }, (_, index) => at + index),
      (no) => `${no} `.padEnd(50_000, 'rain '),
    );
  const response = await world.client.open('GET', `/chapters/by-story/${storyId}`, { token: owner.token });
  Bun.gc(true);
  const before = process.memoryUsage().heapUsed;
  let bytes = 0;
  let peakBytes = 0;
  for await (const chunk of response.body ?? []) {
    if (Math.floor((bytes + chunk.byteLength) / 1_000_000) > Math.floor(bytes / 1_000_000)) {
      Bun.gc(true);
      peakBytes = Math.max(peakBytes, process.memoryUsage().heapUsed - before);
    }
    bytes += chunk.byteLength;
  }
  expect(bytes).toBeGreaterThan(10_500_000);
  expect(peakBytes).toBeLessThan(6_000_000);
  // A reader who leaves in the middle ends the reading.
  const left = await world.client.open('GET', `/chapters/by-story/${storyId}`, { token: owner.token });
  const body = left.body?.getReader();
  await body?.read();
  await body?.cancel();
});
