import { afterAll, beforeAll, expect, test } from 'bun:test';
import postgres from 'postgres';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { makeCharacter, signUpAdmin } from '../characters/cast.ts';

let world: World;
let sql: postgres.Sql;
let admin: Person;
let creator: Person;
beforeAll(async () => {
  world = await createWorld();
  sql = postgres(world.stores.databaseUrl, { max: 2 });
  [admin, creator] = await Promise.all([signUpAdmin(world), signUp(world)]);
});
afterAll(async () => {
  await sql.end();
  await world.close();
});

async function makeStory(): Promise<string> {
  const [row] = await sql`insert into stories (id, creator_id, title, content)
    values (gen_random_uuid(), ${creator.id}, 'Bees', 'TOPSECRET text of the story') returning id`;
  return row?.id;
}
type Shown = { type: string; item: Record<string, unknown> };
const pick = (type: string, id: string) => ({
  type,
  item: { id, name: 'TOPSECRET snapshot', avatar_url: '/TOPSECRET.png' },
});
const write = (picks: unknown[]) =>
  world.client.put('/cms/home/slots', [{ id: 's', contentPicks: picks }], { token: admin.token });
const shown = async (client = world.client): Promise<Shown[]> =>
  (await client.get('/cms/home/slots')).body[0].contentPicks;
const idsOf = (picks: Shown[]) => picks.map(({ item }) => item.id);

test('a pick is what it is now, in the order of the editor, not what was sent', async () => {
  const character = await makeCharacter(world, creator, { basic_info: { name: 'Mina', description: 'x'.repeat(900) } });
  await world.client.put(`/characters/${character.id}/tags`, { tags: ['bees'] }, { token: creator.token });
  const story = await makeStory();
  const answer = await write([
    pick('story', story),
    pick('character', character.id),
    pick('character', crypto.randomUUID()),
  ]);
  expect(answer.body[0].contentPicks).toEqual([
    {
      type: 'story',
      item: {
        ...{ id: story, title: 'Bees', excerpt: expect.any(String), cover_url: null, is_webtoon: false },
        ...{ is_origchat: false, view_count: 0, like_count: 0, tags: [], created_at: expect.any(String) },
        ...{ creator_id: creator.id, creator_username: creator.username, creator_avatar_url: null },
      },
    },
    {
      type: 'character',
      item: {
        ...{ id: character.id, name: 'Mina', description: 'x'.repeat(300), avatar_url: null, thumbnail_url: null },
        ...{ origin_story_id: null, origin_story_title: null, is_origchat: false, source_type: 'ORIGINAL' },
        ...{ character_type: 'roleplay', tags: ['bees'], chat_count: 0, like_count: 0 },
        ...{ creator_id: creator.id, creator_username: creator.username, creator_avatar_url: null },
        ...{ created_at: expect.any(String), updated_at: expect.any(String) },
      },
    },
  ]);
  expect(await shown()).toEqual(answer.body[0].contentPicks);
  const [row] = await sql`select (value::text || (select string_agg(value::text, '') from site_config_revisions))
    like '%TOPSECRET%' as told from site_configs where key = 'homeSlots'`;
  expect(row?.told).toBe(false);
  await world.client.put(`/characters/${character.id}`, { name: 'Mira' }, { token: creator.token });
  expect((await shown())[1]?.item.name).toBe('Mira');
});

test('what becomes private, switched off or deleted is gone with the next look, on every instance, and may come back', async () => {
  const { client: other } = await world.secondInstance();
  const story = await makeStory();
  const [a, derived] = await Promise.all([makeCharacter(world, creator), makeCharacter(world, creator)]);
  await sql`update characters set origin_story_id = ${story} where id = ${derived.id}`;
  const all = [a.id, story, derived.id];
  await write([pick('character', a.id), pick('story', story), pick('character', derived.id)]);
  const etag = (await world.client.get('/cms/home/slots')).headers.get('etag') ?? '';
  const steps: [() => PromiseLike<unknown>, unknown[]][] = [
    [() => Promise.resolve(), all],
    [() => sql`update characters set is_public = false where id = ${a.id}`, [story, derived.id]],
    [() => sql`update characters set is_public = true, is_active = false where id = ${a.id}`, [story, derived.id]],
    [() => sql`update characters set is_active = true where id = ${a.id}`, all],
    [() => sql`update stories set is_public = false where id = ${story}`, [a.id]],
    [() => sql`update stories set is_public = true where id = ${story}`, all],
    [() => sql`delete from characters where id = ${derived.id}`, [a.id, story]],
    [() => sql`update stories set is_public = false, deleted_at = now() where id = ${story}`, [a.id]],
  ];
  for (const [step, expected] of steps) {
    await step();
    expect(idsOf(await shown())).toEqual(expected);
    expect(idsOf(await shown(other))).toEqual(expected);
  }
  // Whoever holds the old answer is not told that it still stands.
  expect((await other.get('/cms/home/slots', { headers: { 'if-none-match': etag } })).status).toBe(200);
});

test('an administrator gets no more than visitors: what is sent is what everybody is shown', async () => {
  const hidden = await makeCharacter(world, creator, { publish_settings: { is_public: false } });
  const answer = await write([pick('character', hidden.id)]);
  expect(answer.body[0].contentPicks).toEqual([]);
});

test('a crowd that asks while somebody goes private: no answer that began later shows it', async () => {
  const character = await makeCharacter(world, creator);
  await write([pick('character', character.id)]);
  const before = Array.from({ length: 50 }, () => shown());
  await world.client.patch(`/characters/${character.id}/toggle-public`, { is_public: false }, { token: creator.token });
  const after = await Promise.all(Array.from({ length: 50 }, () => shown()));
  expect(after.every((picks) => picks.length === 0)).toBe(true);
  await Promise.all(before);
});
