import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import postgres from 'postgres';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { signUpAdmin } from '../characters/cast.ts';
import { makeStory } from './shelf.ts';

let world: World;
let sql: postgres.Sql;
let owner: Person;
let admin: Person;
let people: Person[];
beforeAll(async () => {
  world = await createWorld();
  sql = postgres(world.stores.databaseUrl, { max: 2 });
  [owner, admin] = await Promise.all([signUp(world), signUpAdmin(world)]);
  people = await Promise.all(Array.from({ length: 8 }, () => signUp(world)));
});
afterAll(async () => {
  await sql.end();
  await world.close();
});
const countsOf = async (id: string) => {
  const [row] = await sql`select like_count, comment_count, updated_at::text as updated,
    (select count(*)::int from story_likes where story_id = s.id) as likes,
    (select count(*)::int from story_comments where story_id = s.id) as comments from stories s where id = ${id}`;
  return row ?? {};
};
const like = (id: string, token: string) => world.client.post(`/stories/${id}/like`, undefined, { token });
const unlike = (id: string, token: string) => world.client.delete(`/stories/${id}/like`, { token });
const say = (id: string, token: string, content: unknown) =>
  world.client.post(`/stories/${id}/comments`, { content }, { token });
const hide = (id: string) => world.client.put(`/stories/${id}`, { is_public: false }, { token: owner.token });

describe('likes', () => {
  test('once; the count is the rows; the edit date stays; null bodies are none', async () => {
    const { id } = await makeStory(world, owner);
    const { token } = people[0] as Person;
    const before = await countsOf(id);
    expect((await world.client.post(`/stories/${id}/like`, null, { token })).status).toBe(200);
    expect((await like(id, token)).body).toMatchObject({ status: 400, code: 'story.already_liked' });
    expect((await world.client.get(`/stories/${id}/like-status`, { token })).body).toEqual({
      is_liked: true,
      like_count: 1,
    });
    expect((await world.client.get(`/stories/${id}`, { token })).body).toMatchObject({ is_liked: true, like_count: 1 });
    expect((await world.client.get(`/stories/${id}`)).body.is_liked).toBe(false);
    expect((await unlike(id, token)).status).toBe(200);
    expect((await unlike(id, token)).body).toMatchObject({ status: 400, code: 'story.not_liked' });
    expect(await countsOf(id)).toEqual(before);
  });

  test('fifty at once, taken back at once: counters equal rows at every end', async () => {
    const { id } = await makeStory(world, owner);
    const each = Array.from({ length: 50 }, (_, i) => people[i % people.length] as Person);
    const liked = await Promise.all(each.map(({ token }) => like(id, token)));
    expect(liked.filter(({ status }) => status === 200)).toHaveLength(people.length);
    expect(liked.filter(({ status }) => status === 400)).toHaveLength(50 - people.length);
    expect(await countsOf(id)).toMatchObject({ like_count: people.length, likes: people.length });
    await Promise.all(each.map(({ token }, i) => (i % 2 ? unlike(id, token) : like(id, token))));
    const { like_count, likes } = await countsOf(id);
    expect(like_count).toBe(likes);
  });

  test('a private story is liked by nobody, its owner neither; taking back still works', async () => {
    const { id } = await makeStory(world, owner);
    const { token } = people[0] as Person;
    await like(id, token);
    await hide(id);
    for (const each of [owner.token, admin.token, people[1]?.token as string])
      expect((await like(id, each)).body).toMatchObject({ status: 403, code: 'story.private' });
    expect((await unlike(id, token)).status).toBe(200);
    expect(await countsOf(id)).toMatchObject({ like_count: 0, likes: 0 });
  });

  test('GET /me/stories/liked: the last liked first, without what became private and webtoons', async () => {
    const fan = await signUp(world);
    const made = [];
    for (const fields of [{ title: 'A' }, { title: 'B' }, { title: 'C' }, { title: 'W', is_webtoon: true }]) {
      const story = await makeStory(world, owner, fields);
      made.push(story);
      world.clock.advance(1);
      await like(story.id, fan.token);
    }
    await hide(made[1].id);
    const liked = await world.client.get('/me/stories/liked', { token: fan.token });
    expect(liked.body.map(({ title }: { title: string }) => title)).toEqual(['C', 'A']);
    expect((await world.client.get('/me/stories/liked?limit=1&page=2', { token: fan.token })).body).toMatchObject([
      { title: 'A' },
    ]);
    expect((await world.client.get('/me/stories/liked?page=101', { token: fan.token })).status).toBe(422);
    expect((await world.client.get('/me/stories/liked')).status).toBe(401);
  });
});

describe('comments', () => {
  test('verbatim, newest first, counted; edited by the author, deleted by author or administrator', async () => {
    const { id } = await makeStory(world, owner);
    const [fan, second] = people as [Person, Person];
    const first = await say(id, fan.token, '<b>a</b> < b');
    expect([first.status, first.body.content, first.body.story_id, first.body.user_id]).toEqual([
      201,
      '<b>a</b> < b',
      id,
      fan.id,
    ]);
    world.clock.advance(1);
    const later = await say(id, second.token, 'later');
    expect((await world.client.get(`/stories/${id}/comments`)).body).toEqual([
      { ...later.body, username: second.username, user_avatar_url: null },
      { ...first.body, username: fan.username, user_avatar_url: null },
    ]);
    expect((await world.client.get(`/stories/${id}/comments?skip=1&limit=1`)).body).toHaveLength(1);
    for (const query of ['limit=101', 'limit=0', 'skip=-1', 'skip=10001'])
      expect((await world.client.get(`/stories/${id}/comments?${query}`)).status).toBe(422);
    for (const content of ['', '  \n', 'x'.repeat(1_001), null])
      expect((await say(id, fan.token, content)).status).toBe(422);
    const path = `/stories/comments/${first.body.id}`;
    expect((await world.client.put(path, { content: 'edited' }, { token: fan.token })).body.content).toBe('edited');
    for (const { token } of [second, owner, admin])
      expect((await world.client.put(path, { content: 'x' }, { token })).status).toBe(403);
    for (const { token } of [second, owner]) expect((await world.client.delete(path, { token })).status).toBe(403);
    expect((await world.client.get(`/users/${fan.id}/comments/stories`)).body).toMatchObject([
      { content: 'edited', story_title: 'The beekeeper', story_id: id },
    ]);
    for (const call of [world.client.put(path, { content: 'x' }), world.client.delete(path)])
      expect((await call).status).toBe(401);
    expect((await world.client.delete(path, { token: admin.token })).status).toBe(204);
    expect((await world.client.delete(path, { token: admin.token })).status).toBe(404);
    expect((await world.client.put(path, { content: 'x' }, { token: fan.token })).status).toBe(404);
    expect((await world.client.put(path, { content: ' ' }, { token: fan.token })).status).toBe(404);
    expect((await world.client.delete('/stories/comments/x', { token: fan.token })).status).toBe(422);
    expect(await countsOf(id)).toMatchObject({ comment_count: 1, comments: 1 });
  });

  test('under a private story only its owner writes; administrators read', async () => {
    const { id } = await makeStory(world, owner, { is_public: false });
    expect((await say(id, owner.token, 'a note to myself')).status).toBe(201);
    for (const token of [admin.token, people[0]?.token as string])
      expect((await say(id, token, 'x')).body).toMatchObject({ status: 403, code: 'story.private' });
    expect((await world.client.get(`/stories/${id}/comments`, { token: admin.token })).body).toHaveLength(1);
    expect(await countsOf(id)).toMatchObject({ comment_count: 1, comments: 1 });
  });

  test('writing and deleting at once: the counter equals the rows', async () => {
    const { id } = await makeStory(world, owner);
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, i) => say(id, (people[i % 8] as Person).token, `${i}`)),
    );
    expect(await countsOf(id)).toMatchObject({ comment_count: 20, comments: 20 });
    const gone = await Promise.all(
      [...made, ...made].map(({ body }) => world.client.delete(`/stories/comments/${body.id}`, { token: admin.token })),
    );
    expect(gone.filter(({ status }) => status === 204)).toHaveLength(20);
    expect(await countsOf(id)).toMatchObject({ comment_count: 0, comments: 0 });
  });
});

describe('announcements', () => {
  const path = (id: string, rest = '') => `/stories/${id}/announcements${rest}`;
  const announce = (id: string, content: unknown, token = owner.token) =>
    world.client.post(path(id), { content }, { token });
  const shown = async (id: string) => (await world.client.get(`/stories/${id}`)).body.announcements;

  test('newest first under the pinned one; the first line that is not blank is the title', async () => {
    const { id } = await makeStory(world, owner);
    const first = await announce(id, `\n  \n ${'긴'.repeat(80)}\nrest <b>`);
    expect(first.status).toBe(201);
    expect(first.body.announcements).toMatchObject([
      { title: '긴'.repeat(60), content: `\n  \n ${'긴'.repeat(80)}\nrest <b>`, pinned: false },
    ]);
    world.clock.advance(1);
    await announce(id, 'second');
    const third = await announce(id, 'third');
    const [c, b, a] = third.body.announcements;
    expect([c.title, b.title]).toEqual(['third', 'second']);
    const pin = (aid: string, pinned: boolean) =>
      world.client.post(path(id, `/${aid}/pin`), { pinned }, { token: owner.token });
    const titles = (answer: { body: { announcements: { title: string; pinned: boolean }[] } }) =>
      answer.body.announcements.map((each) => `${each.title.slice(0, 6)}${each.pinned ? '*' : ''}`);
    expect(titles(await pin(b.id, true))).toEqual(['second*', 'third', '긴긴긴긴긴긴']);
    expect(titles(await pin(a.id, true))).toEqual(['긴긴긴긴긴긴*', 'third', 'second']);
    expect(titles(await pin(a.id, false))).toEqual(['third', 'second', '긴긴긴긴긴긴']);
    expect((await world.client.delete(path(id, `/${b.id}`), { token: owner.token })).status).toBe(204);
    expect((await world.client.delete(path(id, `/${b.id}`), { token: owner.token })).body.code).toBe(
      'story.announcement_not_found',
    );
    expect((await pin(b.id, true)).status).toBe(404);
    expect((await shown(id)).map(({ title }: { title: string }) => title[0])).toEqual(['t', '긴']);
  });

  test('blank 400, empty and long 422, for the creator alone; a hundred at most', async () => {
    const { id } = await makeStory(world, owner);
    expect((await announce(id, ' \n ')).body).toMatchObject({ status: 400, code: 'story.announcement_blank' });
    for (const content of ['', 'x'.repeat(5_001), null]) expect((await announce(id, content)).status).toBe(422);
    for (const token of [admin.token, people[0]?.token]) expect((await announce(id, 'x', token)).status).toBe(403);
    const answers = await Promise.all(Array.from({ length: 110 }, (_, i) => announce(id, `${i}`)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(100);
    expect(answers.find(({ status }) => status !== 201)?.body.code).toBe('story.too_many_announcements');
    // None of those that were written at once is lost.
    expect(new Set((await shown(id)).map(({ title }: { title: string }) => title)).size).toBe(100);
  });

  test('pinned at once: one is pinned in the end', async () => {
    const { id } = await makeStory(world, owner);
    for (const content of ['a', 'b', 'c']) await announce(id, content);
    const all = await shown(id);
    await Promise.all(
      all.map(({ id: aid }: { id: string }) =>
        world.client.post(path(id, `/${aid}/pin`), { pinned: true }, { token: owner.token }),
      ),
    );
    expect((await shown(id)).filter(({ pinned }: { pinned: boolean }) => pinned)).toHaveLength(1);
  });
});
