import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import postgres from 'postgres';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { makeCharacter, secretSets, signUpAdmin } from './cast.ts';

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

describe('POST /characters/advanced', () => {
  test('makes all of it in one go and answers with it; the opening is mirrored', async () => {
    const body = await makeCharacter(world, owner, {
      basic_info: {
        name: '  미나 ',
        description: 'a < b > c <script>alert(1)</script>\n{{user}}',
        world_setting: '<!-- CC_CONCEPT_START -->x<!-- CC_CONCEPT_END -->',
        personality: '   ',
        greeting: 'overwritten',
        start_sets: secretSets,
        character_type: 'simulator',
        introduction_scenes: [{ title: 'old', content: 'old', secret: 'mine' }],
        user_display_description:
          '<b onclick="x()">hi</b><script>1</script><iframe>2</iframe><div>3</div><a href="javascript:1" target="_blank">4</a><a href="/x" title="t">5</a><a href="//evil">6</a>&lt;',
        tags: ['ignored'],
        is_public: false,
        background_story: 'ignored',
      },
      media_settings: {
        avatar_url: '/static/a.png',
        image_descriptions: [{ url: '/static/b.png', keywords: 'Sun, sun ,moon', junk: 1 }, { url: 'cover:1' }],
        voice_settings: { voice_id: 'v' },
      },
      example_dialogues: {
        dialogues: [
          { user_message: 'b', character_response: 'B', order_index: 2, id: 'x', created_at: 'y' },
          { user_message: 'a', character_response: 'A', order_index: 1 },
        ],
      },
      affinity_system: {
        has_affinity_system: true,
        affinity_rules: 'r',
        affinity_stages: [{ min_value: 0, max_value: null, description: 'd' }],
      },
      publish_settings: { use_translation: false },
      newly_added_files: [{}],
    });
    expect(body).toMatchObject({
      name: '미나',
      description: 'a < b > c <script>alert(1)</script>\n{{user}}',
      world_setting: '<!-- CC_CONCEPT_START -->x<!-- CC_CONCEPT_END -->',
      personality: null,
      greeting: 'Who are you?',
      introduction_scenes: [{ title: 'Dawn', content: 'The bees are gone.', secret: 'mine' }],
      character_type: 'simulator',
      max_turns: 120,
      source_type: 'ORIGINAL',
      base_language: 'ko',
      is_public: true,
      is_active: true,
      use_translation: false,
      user_display_description:
        '<b>hi</b>3<a target="_blank" rel="noopener noreferrer">4</a><a href="/x" title="t">5</a><a>6</a>&lt;',
      avatar_url: '/static/a.png',
      thumbnail_url: '/static/a.png',
      image_descriptions: [{ description: '', url: '/static/b.png', keywords: ['Sun', 'moon'] }],
      voice_settings: { voice_id: 'v', voice_style: null, enabled: false },
      has_affinity_system: true,
      affinity_stages: [{ min_value: 0, max_value: null, description: 'd' }],
      tags: [],
      settings: null,
      is_liked: false,
      like_count: 0,
      chat_count: 0,
      creator_username: owner.username,
      creator_id: owner.id,
      origin_story_id: null,
    });
    expect(body.example_dialogues.map((d: { user_message: string }) => d.user_message)).toEqual(['a', 'b']);
    expect(body.start_sets.setting_book.items[0].detail).toBe('TOPSECRET memo');
    expect(await sql`select 1 from character_settings where character_id = ${body.id}`).toHaveLength(1);
    expect((await world.client.get(`/characters/${body.id}`, { token: owner.token })).body).toEqual(body);
  });

  test.each([
    [{}, ['body', 'basic_info'], 'missing', undefined],
    [{ basic_info: {} }, ['body', 'basic_info', 'name'], 'missing', undefined],
    [{ basic_info: { name: '' } }, ['body', 'basic_info', 'name'], 'string_too_short', { min_length: 1 }],
    [{ basic_info: { name: '   ' } }, ['body', 'basic_info', 'name'], 'string_too_short', { min_length: 1 }],
    [{ basic_info: { name: 'x'.repeat(101) } }, ['body', 'basic_info', 'name'], 'string_too_long', { max_length: 100 }],
    [
      { basic_info: { name: 'x', description: 'x'.repeat(3_001) } },
      ['body', 'basic_info', 'description'],
      'string_too_long',
      { max_length: 3_000 },
    ],
    [
      { basic_info: { name: 'x', character_type: 'cat' } },
      ['body', 'basic_info', 'character_type'],
      'value_error',
      undefined,
    ],
    [
      { basic_info: { name: 'x', user_display_description: 'x'.repeat(1_001) } },
      ['body', 'basic_info', 'user_display_description'],
      'string_too_long',
      { max_length: 1_000 },
    ],
    [
      { basic_info: { name: 'x', start_sets: { items: [{ intro: 'x'.repeat(2_001) }] } } },
      ['body', 'basic_info', 'start_sets', 'items', 0, 'intro'],
      'string_too_long',
      { max_length: 2_000 },
    ],
    [
      { basic_info: { name: 'x', start_sets: { junk: 'x'.repeat(70_000) } } },
      ['body', 'basic_info', 'start_sets'],
      'string_too_long',
      { max_length: 65_536 },
    ],
    [
      { basic_info: { name: 'x' }, media_settings: { image_descriptions: [{ url: 'u'.repeat(501) }] } },
      ['body', 'media_settings', 'image_descriptions', 0, 'url'],
      'string_too_long',
      { max_length: 500 },
    ],
    [
      {
        basic_info: { name: 'x' },
        example_dialogues: { dialogues: Array(21).fill({ user_message: 'a', character_response: 'b' }) },
      },
      ['body', 'example_dialogues', 'dialogues'],
      'too_long',
      { max_length: 20 },
    ],
  ])('refuses %j as a list of fields', async (sent, loc, type, ctx) => {
    const answer = await world.client.post('/characters/advanced', sent, { token: owner.token });
    expect(answer.status).toBe(422);
    expect(Array.isArray(answer.body.detail)).toBe(true);
    const field = answer.body.detail.find((entry: { type: string }) => entry.type === type);
    expect(field).toMatchObject({ loc, type, ...(ctx ? { ctx } : {}) });
    expect(answer.text).not.toContain('xxxxxxxxxx');
    expect(field.msg).toBeString();
  });

  test('needs a token, before it looks at the body', async () => {
    const answer = await world.client.post('/characters/advanced', { basic_info: {} });
    expect([answer.status, answer.body.detail]).toEqual([401, 'Not authenticated']);
  });

  test('what Postgres cannot store is left out, not a 500', async () => {
    const name = 'a\u0000b\ud800c';
    const body = await makeCharacter(world, owner, {
      basic_info: { name, start_sets: { items: [{ intro: name, [name]: name }], deep: { [name]: [name] } } },
    });
    expect(body.name).not.toContain('\u0000');
  });
});

describe('PUT /characters/advanced/:id', () => {
  test('changes sent keys only; the date of the last edit moves, a view moves nothing', async () => {
    const made = await makeCharacter(world, owner, {
      basic_info: { start_sets: secretSets, speech_style: 'slow' },
      example_dialogues: { dialogues: [{ user_message: 'a', character_response: 'b' }] },
    });
    world.clock.advance(60);
    await world.client.get(`/characters/${made.id}`, { token: stranger.token });
    const put = await world.client.put(
      `/characters/advanced/${made.id}`,
      { basic_info: { description: 'new', greeting: 'ignored: the opening says it', personality: null } },
      { token: owner.token },
    );
    expect(put.status).toBe(200);
    expect(put.body).toMatchObject({
      name: 'Mina',
      description: 'new',
      speech_style: 'slow',
      personality: null,
      greeting: 'Who are you?',
      start_sets: made.start_sets,
      created_at: made.created_at,
    });
    expect(put.body.example_dialogues).toHaveLength(1);
    expect(Date.parse(put.body.updated_at)).toBeGreaterThan(Date.parse(made.updated_at));
    const empty = await world.client.put(`/characters/advanced/${made.id}`, {}, { token: owner.token });
    expect(empty.body).toEqual(put.body);
    const sets = await world.client.put(
      `/characters/advanced/${made.id}`,
      { basic_info: { start_sets: null }, example_dialogues: { dialogues: [] } },
      { token: owner.token },
    );
    expect(sets.body).toMatchObject({
      start_sets: null,
      max_turns: null,
      example_dialogues: [],
      greeting: 'Who are you?',
    });
  });

  test('404, 403 for a stranger and for an administrator, 422 for a path and for a body', async () => {
    const { id } = await makeCharacter(world, owner);
    const put = (path: string, body: unknown, token?: string) =>
      world.client.put(`/characters/advanced/${path}`, body, { token });
    expect((await put(nobody, {}, owner.token)).status).toBe(404);
    expect((await put(id, {}, stranger.token)).body.code).toBe('character.not_yours');
    expect((await put(id, {}, admin.token)).status).toBe(403);
    expect((await put('not-a-uuid', {}, owner.token)).status).toBe(422);
    expect((await put(id, { basic_info: { name: 'x'.repeat(101) } }, owner.token)).body.detail[0].ctx).toEqual({
      max_length: 100,
    });
    expect((await put(id, {})).status).toBe(401);
  });

  test('two edits at once: both are kept', async () => {
    const { id } = await makeCharacter(world, owner);
    const edits = [{ description: 'D' }, { personality: 'P' }, { speech_style: 'S' }, { world_setting: 'W' }];
    const answers = await Promise.all(
      edits.map((basic_info) => world.client.put(`/characters/advanced/${id}`, { basic_info }, { token: owner.token })),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await world.client.get(`/characters/${id}`, { token: owner.token })).body).toMatchObject({
      description: 'D',
      personality: 'P',
      speech_style: 'S',
      world_setting: 'W',
    });
  });
});
