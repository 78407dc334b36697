import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import postgres from 'postgres';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { makeCharacter, signUpAdmin } from './cast.ts';

let world: World;
let sql: postgres.Sql;
let owner: Person;
let people: Person[];
let admin: { token: string; id: string };
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
const nobody = '00000000-0000-7000-8000-000000000000';
const privately = { publish_settings: { is_public: false } };
const countsOf = async (id: string) => {
  const [row] =
    await sql`select like_count, comment_count, updated_at::text as updated, (select count(*)::int from character_likes where character_id = c.id) as likes,
    (select count(*)::int from character_comments where character_id = c.id) as comments from characters c where id = ${id}`;
  return row ?? {};
};

describe('likes', () => {
  test('once; the count is the rows; the edit date stays', async () => {
    const { id } = await makeCharacter(world, owner);
    const [fan] = people as [Person];
    const before = await countsOf(id);
    expect((await world.client.post(`/characters/${id}/like`, undefined, { token: fan.token })).status).toBe(200);
    expect((await world.client.post(`/characters/${id}/like`, undefined, { token: fan.token })).body.code).toBe(
      'character.already_liked',
    );
    expect((await world.client.get(`/characters/${id}/like-status`, { token: fan.token })).body).toEqual({
      character_id: id,
      is_liked: true,
      like_count: 1,
    });
    expect((await world.client.get(`/characters/${id}`, { token: fan.token })).body).toMatchObject({
      is_liked: true,
      like_count: 1,
    });
    expect((await world.client.get(`/characters/${id}`)).body.is_liked).toBe(false);
    expect((await world.client.delete(`/characters/${id}/like`, { token: fan.token })).status).toBe(200);
    expect((await world.client.delete(`/characters/${id}/like`, { token: fan.token })).body).toMatchObject({
      status: 400,
      code: 'character.not_liked',
    });
    expect(await countsOf(id)).toEqual(before);
  });

  test('fifty at once, taken back at once: counters equal rows at every end', async () => {
    const { id } = await makeCharacter(world, owner);
    const each = Array.from({ length: 50 }, (_, i) => people[i % people.length] as Person);
    const liked = await Promise.all(
      each.map(({ token }) => world.client.post(`/characters/${id}/like`, undefined, { token })),
    );
    expect(liked.filter(({ status }) => status === 200)).toHaveLength(people.length);
    expect(liked.filter(({ status }) => status === 400)).toHaveLength(50 - people.length);
    expect(await countsOf(id)).toMatchObject({ like_count: people.length, likes: people.length });
    await Promise.all(
      each.map(({ token }, i) =>
        i % 2
          ? world.client.delete(`/characters/${id}/like`, { token })
          : world.client.post(`/characters/${id}/like`, undefined, { token }),
      ),
    );
    const { like_count, likes } = await countsOf(id);
    expect(like_count).toBe(likes);
  });

  test('404, 403 on a private one for its owner too, unliking still works there', async () => {
    const { id } = await makeCharacter(world, owner);
    const [fan] = people as [Person];
    await world.client.post(`/characters/${id}/like`, undefined, { token: fan.token });
    await world.client.patch(`/characters/${id}/toggle-public`, { is_public: false }, { token: owner.token });
    for (const token of [owner.token, admin.token, people[1]?.token])
      expect((await world.client.post(`/characters/${id}/like`, undefined, { token })).status).toBe(403);
    expect((await world.client.delete(`/characters/${id}/like`, { token: fan.token })).status).toBe(200);
    for (const method of ['POST', 'DELETE'])
      expect((await world.client.open(method, `/characters/${nobody}/like`, { token: fan.token })).status).toBe(404);
    expect((await world.client.get(`/characters/${nobody}/like-status`, { token: fan.token })).status).toBe(404);
    expect((await world.client.post(`/characters/not-a-uuid/like`, undefined, { token: fan.token })).status).toBe(422);
  });

  test('GET /me/characters/liked: the last liked first, without what became private', async () => {
    const fan = await signUp(world);
    const made = await Promise.all(
      ['A', 'B', 'C'].map((name) => makeCharacter(world, owner, { basic_info: { name } })),
    );
    for (const { id } of made) {
      world.clock.advance(1);
      await world.client.post(`/characters/${id}/like`, undefined, { token: fan.token });
    }
    await world.client.patch(`/characters/${made[1].id}/toggle-public`, undefined, { token: owner.token });
    const liked = await world.client.get('/me/characters/liked', { token: fan.token });
    expect(liked.body.map(({ name }: { name: string }) => name)).toEqual(['C', 'A']);
    expect((await world.client.get('/me/characters/liked?limit=1&page=2', { token: fan.token })).body).toHaveLength(1);
    expect((await world.client.get('/me/characters/liked?page=0', { token: fan.token })).status).toBe(422);
    expect((await world.client.get('/me/characters/liked')).status).toBe(401);
  });
});

describe('comments', () => {
  test('verbatim, newest first, counted; edited by the author, deleted by author or administrator', async () => {
    const { id } = await makeCharacter(world, owner);
    const [fan, second] = people as [Person, Person];
    const say = (token: string, content: unknown) =>
      world.client.post(`/characters/${id}/comments`, { content }, { token });
    const first = await say(fan.token, '<b>a</b> < b');
    expect([first.status, first.body.content, first.body.user_id]).toEqual([201, '<b>a</b> < b', fan.id]);
    world.clock.advance(1);
    const later = await say(second.token, 'later');
    const shown = await world.client.get(`/characters/${id}/comments`);
    expect(shown.body).toEqual([
      { ...later.body, username: second.username, user_avatar_url: null },
      { ...first.body, username: fan.username, user_avatar_url: null },
    ]);
    expect((await world.client.get(`/characters/${id}/comments?skip=1&limit=1`)).body).toHaveLength(1);
    expect((await world.client.get(`/characters/${id}/comments?limit=101`)).status).toBe(422);
    for (const content of ['', '  \n', 'x'.repeat(1_001), null])
      expect((await say(fan.token, content)).status).toBe(422);
    const path = `/characters/comments/${first.body.id}`;
    expect((await world.client.put(path, { content: 'edited' }, { token: fan.token })).body.content).toBe('edited');
    for (const token of [second.token, owner.token, admin.token])
      expect((await world.client.put(path, { content: 'x' }, { token })).status).toBe(403);
    for (const token of [second.token, owner.token])
      expect((await world.client.delete(path, { token })).status).toBe(403);
    expect((await world.client.get(`/users/${fan.id}/comments/characters`)).body).toMatchObject([
      { content: 'edited', character_name: 'Mina', character_id: id },
    ]);
    expect((await world.client.delete(path, { token: admin.token })).status).toBe(204);
    expect((await world.client.delete(path, { token: admin.token })).status).toBe(404);
    expect((await world.client.put(path, { content: 'x' }, { token: fan.token })).status).toBe(404);
    expect(await countsOf(id)).toMatchObject({ comment_count: 1, comments: 1 });
  });

  test('writing and deleting at once: the counter equals the rows', async () => {
    const { id } = await makeCharacter(world, owner);
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        world.client.post(
          `/characters/${id}/comments`,
          { content: `${i}` },
          { token: (people[i % 8] as Person).token },
        ),
      ),
    );
    expect(await countsOf(id)).toMatchObject({ comment_count: 20, comments: 20 });
    const gone = await Promise.all(
      [...made, ...made].map(({ body }) =>
        world.client.delete(`/characters/comments/${body.id}`, { token: admin.token }),
      ),
    );
    expect(gone.filter(({ status }) => status === 204)).toHaveLength(20);
    expect(await countsOf(id)).toMatchObject({ comment_count: 0, comments: 0 });
  });

  test('not on a private or a missing character', async () => {
    const { id } = await makeCharacter(world, owner, privately);
    for (const token of [owner.token, (people[0] as Person).token])
      expect((await world.client.post(`/characters/${id}/comments`, { content: 'x' }, { token })).status).toBe(403);
    expect(
      (await world.client.post(`/characters/${nobody}/comments`, { content: 'x' }, { token: owner.token })).status,
    ).toBe(404);
    expect((await world.client.get(`/characters/${nobody}/comments`)).status).toBe(404);
  });
});

describe('settings and numbers', () => {
  test('defaults, replace, change; the prompt follows the character until one is written', async () => {
    const { id } = await makeCharacter(world, owner, { basic_info: { personality: 'calm' } });
    const path = `/characters/${id}/settings`;
    const token = owner.token;
    const first = (await world.client.get(path, { token })).body;
    expect(first).toMatchObject({
      character_id: id,
      ai_model: 'standard',
      temperature: 0.7,
      max_tokens: 1_024,
      memory_length: 10,
      use_memory: true,
    });
    expect(first.system_prompt).toContain('calm');
    await world.client.put(`/characters/advanced/${id}`, { basic_info: { personality: 'wild' } }, { token });
    expect((await world.client.get(path, { token })).body.system_prompt).toContain('wild');
    const changed = await world.client.put(
      path,
      { temperature: 1.5, system_prompt: 'mine', ai_model: null },
      { token },
    );
    expect([changed.status, changed.body.temperature, changed.body.system_prompt, changed.body.ai_model]).toEqual([
      200,
      1.5,
      'mine',
      'standard',
    ]);
    const replaced = await world.client.post(path, { memory_length: 3 }, { token });
    expect([replaced.status, replaced.body.memory_length, replaced.body.temperature, replaced.body.id]).toEqual([
      201,
      3,
      0.7,
      first.id,
    ]);
    for (const bad of [{ temperature: 2.1 }, { max_tokens: 0 }, { memory_length: 0 }, { ai_model: 'x'.repeat(101) }])
      expect((await world.client.put(path, bad, { token })).status).toBe(422);
    for (const call of [
      world.client.get(path, { token: admin.token }),
      world.client.put(path, {}, { token: admin.token }),
      world.client.get(`/characters/${id}/stats`, { token: admin.token }),
    ])
      expect((await call).status).toBe(403);
    for (const end of ['settings', 'stats'])
      expect((await world.client.get(`/characters/${nobody}/${end}`, { token })).status).toBe(404);
    await sql`delete from character_settings where character_id = ${id}`;
    expect((await world.client.get(path, { token })).body.code).toBe('character.settings_not_found');
    expect((await world.client.get(`/characters/${id}/stats`, { token })).body).toMatchObject({
      character_id: id,
      total_chats: 0,
      total_likes: 0,
      daily_stats: [],
    });
  });
});
