import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { type Person, signUp } from '../../harness/people.ts';
import { createExtractionWorld, gridOf, JOBS, tellStory } from './extraction-world.ts';

let home: Awaited<ReturnType<typeof createExtractionWorld>>;
let stranger: Person;
let admin: Person;
const stories = { open: '', closed: '' };
const jobs = { open: '', closed: '' };
beforeAll(async () => {
  home = await createExtractionWorld();
  [stranger, admin] = [await signUp(home.world), await signUp(home.world)];
  await home.world.ctx.db.pool.execute(sql`update users set is_admin = true where id = ${admin.id}`);
  for (const kind of ['open', 'closed'] as const) {
    stories[kind] = await tellStory(home.world, home.owner, undefined, { isPublic: kind === 'open' });
    jobs[kind] = (await home.search(stories[kind])).jobId;
  }
});
afterAll(() => home.world.close());

type Who = 'owner' | 'admin' | 'stranger' | 'guest' | 'stale';
const tokenOf = (who: Who) =>
  ({ owner: home.owner.token, admin: admin.token, stranger: stranger.token, guest: undefined, stale: 'x.y.z' })[who];
const everybody: Who[] = ['owner', 'admin', 'stranger', 'guest', 'stale'];

async function statuses(method: string, path: string): Promise<Record<Who, number>> {
  const found = {} as Record<Who, number>;
  for (const who of everybody) {
    const token = tokenOf(who);
    const answer = await home.world.client.open(method, path, token === undefined ? {} : { token });
    await answer.text();
    found[who] = answer.status;
  }
  return found;
}

describe('who may', () => {
  test('see the persons of a story', async () => {
    expect(await statuses('GET', gridOf(stories.open))).toEqual({
      owner: 200,
      admin: 200,
      stranger: 200,
      guest: 200,
      stale: 200,
    });
    expect(await statuses('GET', gridOf(stories.closed))).toEqual({
      owner: 200,
      admin: 200,
      stranger: 403,
      guest: 403,
      stale: 401,
    });
  });

  test.each(['open', 'closed'] as const)('see the search of an %s story', async (kind) => {
    const expected = { owner: 200, admin: 200, stranger: 404, guest: 401, stale: 401 };
    expect(await statuses('GET', `${JOBS}/${jobs[kind]}`)).toEqual(expected);
    expect(await statuses('GET', `${JOBS}/${jobs[kind]}/events`)).toEqual(expected);
    // It has ended, so cancelling changes nothing; who may try is the same.
    expect(await statuses('POST', `${JOBS}/${jobs[kind]}/cancel`)).toEqual(expected);
    expect((await home.status(jobs[kind])).status).toBe('done');
  });

  test.each(['open', 'closed'] as const)('change the persons of an %s story: nobody but the owner', async (kind) => {
    const refused = { admin: 403, stranger: 403, guest: 401, stale: 401 };
    const [item] = (await home.grid(stories[kind])).items;
    for (const path of ['/rebuild-async', '/rebuild', `/${item.id}/rebuild`]) {
      const { owner: _, ...others } = await statusesOfOthers('POST', `${gridOf(stories[kind])}${path}`);
      expect(others, path).toEqual(refused);
    }
    const { owner: _, ...others } = await statusesOfOthers('DELETE', gridOf(stories[kind]));
    expect(others).toEqual(refused);
    expect(await home.live(stories[kind])).toBe(0);
    expect((await home.grid(stories[kind])).items).toHaveLength(3);
  });
});

async function statusesOfOthers(method: string, path: string) {
  const found: Partial<Record<Who, number>> = {};
  for (const who of everybody.filter((one) => one !== 'owner')) {
    const token = tokenOf(who);
    found[who] = (await home.world.client.open(method, path, token === undefined ? {} : { token })).status;
  }
  return found;
}

test('what is not there is 404, what is no id is 422, for each route', async () => {
  const nowhere = crypto.randomUUID();
  const token = home.owner.token;
  for (const [method, path] of [
    ['GET', gridOf(nowhere)],
    ['POST', `${gridOf(nowhere)}/rebuild`],
    ['POST', `${gridOf(nowhere)}/rebuild-async`],
    ['POST', `${gridOf(nowhere)}/${nowhere}/rebuild`],
    ['DELETE', gridOf(nowhere)],
    ['POST', `${gridOf(stories.open)}/${nowhere}/rebuild`],
    ['GET', `${JOBS}/${nowhere}`],
    ['GET', `${JOBS}/${nowhere}/events`],
    ['POST', `${JOBS}/${nowhere}/cancel`],
  ] as const) {
    expect((await home.world.client.open(method, path, { token })).status, path).toBe(404);
    const bad = path.replaceAll(nowhere, 'nonsense').replaceAll(stories.open, 'nonsense');
    expect((await home.world.client.open(method, bad, { token })).status, bad).toBe(422);
  }
});

test('a person whose character is private or switched off is shown to the owner and admins only', async () => {
  const { items } = await home.grid(stories.open);
  const { pool } = home.world.ctx.db;
  await pool.execute(sql`update characters set is_public = false where id = ${items[0].character_id}`);
  await pool.execute(sql`update characters set is_active = false where id = ${items[1].character_id}`);
  const seen = async (who: Who) => {
    const token = tokenOf(who);
    const answer = await home.world.client.get(gridOf(stories.open), token === undefined ? {} : { token });
    return answer.body.items.map((item: { id: string; is_public: boolean }) => [item.id, item.is_public]);
  };
  const all = [
    [items[0].id, false],
    [items[1].id, true],
    [items[2].id, true],
  ];
  expect(await seen('owner')).toEqual(all);
  expect(await seen('admin')).toEqual(all);
  expect(await seen('stranger')).toEqual([[items[2].id, true]]);
  expect(await seen('guest')).toEqual([[items[2].id, true]]);
});

test('the persons of a private story are in no public list, and its search is not to be heard of', async () => {
  const { items } = await home.grid(stories.closed);
  const listed = await home.world.client.get('/characters?limit=100');
  const rows = listed.body.characters ?? listed.body.items ?? listed.body;
  const ids = new Set(rows.map((row: { id: string }) => row.id));
  expect(items.filter((item: { character_id: string }) => ids.has(item.character_id))).toEqual([]);
  const open = await home.grid(stories.open);
  expect(ids.has(open.items[2].character_id)).toBe(true);
});
