import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import postgres from 'postgres';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { makeCharacter, signUpAdmin } from './cast.ts';

let world: World;
let sql: postgres.Sql;
let owner: Person;
let stranger: Person;
let admin: { token: string; id: string };
beforeAll(async () => {
  world = await createWorld();
  sql = postgres(world.stores.databaseUrl, { max: 2 });
  [owner, stranger, admin] = await Promise.all([signUp(world), signUp(world), signUpAdmin(world)]);
});
afterAll(async () => {
  await sql.end();
  await world.close();
});
const nobody = '00000000-0000-7000-8000-000000000000';

describe('the old routes', () => {
  test('POST /characters takes the flat form and the wizard’s sections', async () => {
    const flat = await world.client.post(
      '/characters',
      { name: 'Flat', background_story: 'w', description: 'd', unknown: 1 },
      { token: owner.token },
    );
    expect([flat.status, flat.body.background_story, flat.body.is_public]).toEqual([201, 'w', true]);
    const nested = await world.client.post(
      '/characters/',
      { basic_info: { name: 'Nested', world_setting: 'w' }, publish_settings: { is_public: false } },
      { token: owner.token },
    );
    expect([nested.status, nested.body.name, nested.body.is_public]).toEqual([201, 'Nested', false]);
    const bare = await world.client.post('/characters', {}, { token: owner.token });
    expect([bare.status, typeof bare.body.detail]).toEqual([422, 'string']);
    expect(
      (await world.client.post('/characters', { name: 'x', description: 'x'.repeat(1_001) }, { token: owner.token }))
        .status,
    ).toBe(422);
    expect((await world.client.post('/characters', { name: 'x' })).status).toBe(401);
  });

  test('PUT /characters/:id changes sent fields; null clears', async () => {
    const { id } = await makeCharacter(world, owner, {
      media_settings: { avatar_url: '/static/a.png' },
      basic_info: { description: 'x'.repeat(2_000) },
    });
    const put = await world.client.put(`/characters/${id}`, { avatar_url: null }, { token: owner.token });
    expect([put.status, put.body.avatar_url, put.body.description.length]).toEqual([200, null, 2_000]);
    expect((await world.client.put(`/characters/${id}`, {}, { token: stranger.token })).status).toBe(403);
    expect((await world.client.put(`/characters/${nobody}`, {}, { token: owner.token })).status).toBe(404);
    expect((await world.client.put(`/characters/${id}`, { name: ' ' }, { token: owner.token })).status).toBe(422);
  });
});

test('toggle-public: flip, explicit value, every form of no body, owner and administrator', async () => {
  const { id } = await makeCharacter(world, owner, { basic_info: { description: 'x'.repeat(3_000) } });
  const toggle = (token: string | undefined, body?: unknown, path = id) =>
    world.client.patch(`/characters/${path}/toggle-public`, body, { token });
  expect((await toggle(owner.token)).body.is_public).toBe(false);
  expect((await toggle(owner.token, null)).body.is_public).toBe(true);
  expect((await toggle(admin.token, { is_public: false })).body.is_public).toBe(false);
  expect((await toggle(owner.token, { is_public: false })).body.is_public).toBe(false);
  expect((await toggle(stranger.token)).status).toBe(403);
  await toggle(owner.token, { is_public: true });
  expect((await toggle(stranger.token)).body.code).toBe('character.not_yours');
  expect((await toggle(owner.token, undefined, nobody)).status).toBe(404);
  expect((await toggle(undefined)).status).toBe(401);
});

describe('DELETE /characters/:id', () => {
  test('leaves no row behind, keeps the story, and is for the owner alone', async () => {
    const { id } = await makeCharacter(world, owner, {
      example_dialogues: { dialogues: [{ user_message: 'a', character_response: 'b' }] },
    });
    await world.client.put(`/characters/${id}/tags`, { tags: ['일상'] }, { token: owner.token });
    await world.client.post(`/characters/${id}/like`, undefined, { token: stranger.token });
    await world.client.post(`/characters/${id}/comments`, { content: 'hi' }, { token: stranger.token });
    const [story] =
      await sql`insert into stories (id, creator_id, title, content, character_id) values (gen_random_uuid(), ${owner.id}, 't', 'c', ${id}) returning id`;
    await sql`insert into story_extracted_characters (id, story_id, name, character_id) values (gen_random_uuid(), ${story?.id}, 'Mina', ${id})`;
    for (const token of [stranger.token, admin.token])
      expect((await world.client.delete(`/characters/${id}`, { token })).status).toBe(403);
    expect((await world.client.delete(`/characters/${id}`)).status).toBe(401);
    const gone = await world.client.delete(`/characters/${id}`, { token: owner.token });
    expect([gone.status, gone.text]).toEqual([204, '']);
    expect((await world.client.delete(`/characters/${id}`, { token: owner.token })).status).toBe(404);
    expect((await sql`select character_id from stories where id = ${story?.id}`)[0]?.character_id).toBeNull();
    const referring = await sql`
      select c.conrelid::regclass::text as name, a.attname as column from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
      where c.confrelid = 'characters'::regclass and c.contype = 'f'`;
    expect(referring.length).toBeGreaterThan(6);
    for (const { name, column } of referring)
      expect([
        name,
        (await sql.unsafe(`select count(*)::int as n from ${name} where ${column} = '${id}'`))[0]?.n,
      ]).toEqual([name, 0]);
  });

  test('while others like and comment: every answer is a clean one and nothing is left', async () => {
    const { id } = await makeCharacter(world, owner);
    const answers = await Promise.all([
      ...Array.from({ length: 10 }, (_, i) =>
        i % 2
          ? world.client.post(`/characters/${id}/like`, undefined, {
              token: i % 4 === 1 ? stranger.token : admin.token,
            })
          : world.client.post(`/characters/${id}/comments`, { content: 'hi' }, { token: stranger.token }),
      ),
      world.client.delete(`/characters/${id}`, { token: owner.token }),
      world.client.delete(`/characters/${id}`, { token: owner.token }),
    ]);
    for (const { status } of answers) expect([200, 201, 204, 400, 404]).toContain(status);
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(
      await sql`select 1 from character_likes where character_id = ${id} union all select 1 from character_comments where character_id = ${id}`,
    ).toHaveLength(0);
  });
});

test('world-settings and custom-modules are empty and not built', async () => {
  for (const path of ['/characters/world-settings', '/characters/custom-modules']) {
    expect((await world.client.get(path, { token: owner.token })).body).toEqual([]);
    expect((await world.client.post(path, { name: 'x' }, { token: owner.token })).status).toBe(501);
    expect((await world.client.get(path)).status).toBe(401);
  }
});
