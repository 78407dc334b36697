import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { newId } from '../../../src/lib/ids.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { signUpAdmin } from '../characters/cast.ts';
import { makeStory } from './shelf.ts';

let world: World;
let owner: Person;
let other: Person;
let admin: Person;
let storyId: string;
beforeAll(async () => {
  world = await createWorld();
  [owner, other, admin] = [await signUp(world), await signUp(world), await signUpAdmin(world)];
  storyId = await makeStory(world, owner.id);
});
afterAll(() => world.close());

let lastNo = 0;
const body = (more: object = {}) => {
  lastNo += 1;
  return { story_id: storyId, no: lastNo, title: 'Rain', content: 'It rained.', ...more };
};
const write = (more: object = {}, token = owner.token) => world.client.post('/chapters', body(more), { token });
const put = (id: string, sent: object, headers: Record<string, string> = {}, token = owner.token) =>
  world.client.put(`/chapters/${id}`, sent, { token, headers });
const storyRow = async (id = storyId) => {
  const [row] = await world.ctx.db.pool.execute(
    sql`select chapter_count, last_chapter_at, updated_at::text from stories where id = ${id}`,
  );
  return row;
};

describe('writing', () => {
  test('answers 201 with the chapter, counts it in its story, and enqueues one summary job for a story', async () => {
    const before = await storyRow();
    const answer = await write({ title: '  First  ', image_url: ['https://img.example/1.png', '/static/abc.png'] });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('etag')).toBe('"1"');
    expect(answer.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      story_id: storyId,
      no: lastNo,
      title: 'First',
      content: 'It rained.',
      image_url: ['https://img.example/1.png', '/static/abc.png'],
      view_count: 0,
      created_at: expect.any(String),
      updated_at: expect.any(String),
      locked: false,
      price: 0,
    });
    expect((await write({ title: null, image_url: null })).body).toMatchObject({ title: null, image_url: null });
    expect((await write({ title: undefined, image_url: 'https://img.example/2.png' })).body).toMatchObject({
      title: null,
      image_url: ['https://img.example/2.png'],
    });
    const after = await storyRow();
    expect(Number(after?.chapter_count)).toBe(Number(before?.chapter_count) + 3);
    expect(after).toMatchObject({ updated_at: before?.updated_at });
    const jobs = await world.ctx.db.pool.execute(
      sql`select 1 from graphile_worker.jobs where key = ${`chapters.summarise:${storyId}`}`,
    );
    expect(jobs).toHaveLength(1);
  });

  test('a number is taken once, also by writers at once; nothing is left of the others', async () => {
    const no = 777;
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => write({ no, content: `Take ${n}.` })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(400)]);
    expect(answers.find(({ status }) => status === 400)?.body).toMatchObject({ code: 'chapter.number_taken' });
    const [row] = await world.ctx.db.pool.execute(sql`
      select count(*)::int as rows, (select chapter_count from stories where id = ${storyId}) as counted
      from story_chapters where story_id = ${storyId}`);
    expect(row?.rows).toBe(row?.counted);
  });

  test.each([
    ['no text', { content: '' }],
    ['blank text', { content: ' \n ' }],
    ['a text that is too long', { content: 'x'.repeat(50_001) }],
    ['a title that is too long', { title: 'x'.repeat(201) }],
    ['a negative number', { no: -1 }],
    ['half a number', { no: 1.5 }],
    ['no story id', { story_id: 'x' }],
    ['a script', { image_url: ['javascript:alert(1)'] }],
    ['an image without TLS', { image_url: 'http://img.example/1.png' }],
    ['too many images', { image_url: Array(201).fill('https://img.example/1.png') }],
  ])('%s is 422', async (_, more) => {
    expect((await write(more)).status).toBe(422);
  });

  test('the longest text fits, and comes back as it was', async () => {
    const content = '비 <b>가</b> 온다\n'.padEnd(50_000, '다');
    const { body: made } = await write({ content });
    expect((await world.client.get(`/chapters/${made.id}`, { token: owner.token })).body.content).toBe(content);
  });

  test('is for the owner of a story that is there', async () => {
    expect((await world.client.post('/chapters', body())).status).toBe(401);
    expect((await write({}, other.token)).body).toMatchObject({ status: 403, code: 'story.not_yours' });
    expect((await write({}, admin.token)).body).toMatchObject({ status: 403, code: 'story.not_yours' });
    expect((await write({ story_id: newId() })).body).toMatchObject({ status: 404, code: 'story.not_found' });
    const hidden = await makeStory(world, owner.id, { isPublic: false });
    expect((await write({ story_id: hidden }, other.token)).body).toMatchObject({ status: 403, code: 'story.private' });
    expect((await write({ story_id: hidden })).status).toBe(201);
    const gone = await makeStory(world, owner.id, { isPublic: false, deletedAt: new Date() });
    expect((await write({ story_id: gone })).status).toBe(404);
  });
});

describe('editing', () => {
  test('changes what is sent and nothing else; an empty edit is none', async () => {
    const { body: made } = await write({ image_url: 'https://img.example/1.png' });
    world.clock.advance(60);
    const titled = await put(made.id, { title: 'New' });
    expect(titled.status).toBe(200);
    expect(titled.headers.get('etag')).toBe('"2"');
    expect(titled.body).toMatchObject({ title: 'New', content: made.content, image_url: made.image_url });
    expect(titled.body.updated_at > made.updated_at).toBe(true);
    expect((await put(made.id, {})).body).toEqual(titled.body);
    const plain = await put(made.id, { image_url: 'https://img.example/9.png', content: 'It snowed.' });
    expect(plain.body).toMatchObject({ image_url: ['https://img.example/9.png'], content: 'It snowed.' });
    expect((await put(made.id, { image_url: ['/static/a.png', '/static/b.png'] })).body.image_url).toHaveLength(2);
    expect((await put(made.id, { image_url: null, title: null, content: null })).body).toMatchObject({
      image_url: null,
      title: null,
      content: 'It snowed.',
    });
    expect((await put(made.id, { image_url: '' })).body.image_url).toBe(null);
  });

  test.each([{ title: ' ' }, { title: '' }, { content: '' }, { content: '\n' }, { image_url: 'ftp://x.example/a' }])(
    '%p is 422',
    async (sent) => {
      const { body: made } = await write();
      expect((await put(made.id, sent)).status).toBe(422);
    },
  );

  test('with If-Match, one of many editors of the same version wins; the others hear 412', async () => {
    const { body: made } = await write();
    const edits = await Promise.all(
      Array.from({ length: 10 }, (_, n) => put(made.id, { content: `Edit ${n}.` }, { 'if-match': '"1"' })),
    );
    expect(edits.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(412)]);
    const winner = edits.find(({ status }) => status === 200);
    const read = await world.client.get(`/chapters/${made.id}`, { token: owner.token });
    expect(read.body.content).toBe(winner?.body.content);
    expect(read.headers.get('etag')).toBe('"2"');
    expect((await put(made.id, { title: 'a' }, { 'if-match': '*' })).status).toBe(200);
    expect((await put(made.id, { title: 'b' }, { 'if-match': '"2", "3"' })).status).toBe(200);
    for (const tag of ['W/"4"', '"x"', '4'])
      expect((await put(made.id, { title: 'c' }, { 'if-match': tag })).body.code).toBe('http.changed_meanwhile');
  });

  test('is for the owner; deleting, too, and then there is nothing', async () => {
    const { body: made } = await write();
    const path = `/chapters/${made.id}`;
    for (const { token } of [other, admin]) {
      expect((await put(made.id, { title: 'x' }, {}, token)).body.code).toBe('story.not_yours');
      expect((await world.client.delete(path, { token })).body.code).toBe('story.not_yours');
    }
    expect((await world.client.put(path, { title: 'x' })).status).toBe(401);
    expect((await world.client.delete(path)).status).toBe(401);
    const counted = Number((await storyRow())?.chapter_count);
    expect((await world.client.delete(path, { token: owner.token })).status).toBe(204);
    expect(Number((await storyRow())?.chapter_count)).toBe(counted - 1);
    for (const answer of [
      await world.client.delete(path, { token: owner.token }),
      await put(made.id, { title: 'x' }),
      await world.client.get(path),
      await world.client.post(`${path}/view`),
    ])
      expect(answer.body).toMatchObject({ status: 404, code: 'chapter.not_found' });
    expect((await world.client.put('/chapters/nonsense', {}, { token: owner.token })).status).toBe(422);
  });

  test('deleted by many at once, it is counted out once', async () => {
    const made = await Promise.all([write(), write(), write()]);
    const counted = Number((await storyRow())?.chapter_count);
    const answers = await Promise.all(
      made.flatMap(({ body: { id } }) =>
        [1, 2, 3].map(() => world.client.delete(`/chapters/${id}`, { token: owner.token })),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 204, 204, ...Array(6).fill(404)]);
    expect(Number((await storyRow())?.chapter_count)).toBe(counted - 3);
  });
});
