import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { Compile } from 'typebox/compile';
import { StartSetsSchema } from '../../../src/modules/characters/start-sets/schema.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { QUICK, quickBody } from '../../harness/quick-create.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
let person: Person;
let other: Person;

beforeAll(async () => {
  world = await createWorld({ env: { PUBLIC_BASE_URL: 'http://localhost:8000' } });
  [person, other] = [await signUp(world), await signUp(world)];
});
afterAll(() => world.close());

const create = (body: unknown, token = person.token, headers: Record<string, string> = {}) =>
  world.client.post(QUICK, body, { token, headers });
const countOf = async (token = person.token) =>
  (await world.client.get('/characters/my?limit=100', { token })).body.length as number;

describe('a character in thirty seconds', () => {
  test.each([
    ['ko', 'roleplay', {}],
    ['ko', 'simulator', { character_type: 'simulator', sim_dating_elements: true, max_turns: 50 }],
    ['en', 'roleplay', { name: 'Harlan Reed', one_line_intro: 'A clock mender in a rainy alley.', max_turns: 5_000 }],
    ['en', 'simulator', { character_type: 'simulator', name: 'Harbour Town', one_line_intro: 'Run a harbour town.' }],
  ])('is whole without a model: %s, %s', async (language, type, change) => {
    const body = quickBody({ setting_memos: ['one', ' ', 'two', 'three', 'four'], ...change });
    const answer = await create(body);
    expect(answer.status).toBe(201);
    const made = answer.body;
    expect(made).toMatchObject({
      name: body.name,
      description: body.one_line_intro,
      is_public: true,
      is_active: true,
      use_translation: true,
      character_type: type,
      base_language: language,
      avatar_url: body.image_url,
      image_descriptions: [{ url: body.image_url }],
      creator_id: person.id,
      max_turns: body.max_turns,
    });
    expect([...made.tags].sort()).toEqual(['로맨스', '미스터리', '애니풍', '여성향'].sort());
    expect(made.world_setting).toContain(body.name);
    expect(made.world_setting.length).toBeWithin(2_200, 6_001);
    expect(made.personality).toMatch(
      /\n\n\[관심사\]\n.+\n.+\n.+\n\n\[좋아하는 것\]\n.+\n.+\n.+\n\n\[싫어하는 것\]\n.+\n.+\n.+$/,
    );

    const sets = made.start_sets;
    expect(Compile(StartSetsSchema).Check(sets)).toBeTrue();
    expect(sets._backfill_status).toBeUndefined();
    expect(sets.items).toHaveLength(1);
    const [opening] = sets.items;
    expect(sets.selectedId).toBe(opening.id);
    expect(opening.intro.length).toBeWithin(300, 501);
    expect(opening.intro).not.toContain('\n');
    expect(opening.firstLine.length).toBeWithin(10, 51);
    expect(made.greeting).toBe(opening.firstLine);
    expect(made.introduction_scenes).toMatchObject([{ content: opening.intro }]);

    const [first, second] = opening.ending_settings.endings;
    expect(opening.ending_settings.endings).toHaveLength(2);
    expect([first.turn, second.turn]).toEqual([Math.floor(Number(body.max_turns) * 0.9), body.max_turns]);
    for (const key of ['title', 'epilogue', 'base_condition', 'hint']) expect(first[key]).not.toBe(second[key]);
    for (const ending of [first, second]) {
      expect(ending.epilogue.length).toBeWithin(200, 901);
      expect(ending.epilogue).toMatch(/^“/m);
    }
    const stats = opening.stat_settings.stats;
    expect(stats.length).toBeWithin(type === 'simulator' ? 3 : 1, 5);
    for (const stat of stats) expect(stat.base_value).toBeWithin(stat.min_value, stat.max_value + 1);
    const turns = opening.turn_events.map((event: { about_turn: number }) => event.about_turn);
    expect(turns).toEqual([...new Set(turns)].sort((a, b) => Number(a) - Number(b)));
    expect(turns.length).toBe(body.max_turns === 50 ? 3 : body.max_turns === 125 ? 10 : 20);
    expect(sets.setting_book.items.map((memo: { detail: string }) => memo.detail)).toEqual(['one', 'two', 'three']);
    expect(sets.sim_options).toMatchObject({
      max_turns: body.max_turns,
      sim_dating_elements: 'sim_dating_elements' in change,
    });
    expect(JSON.stringify(made)).not.toMatch(/undefined|\{(hero|key|place)/);
  });

  test('the row has its settings and tags, and lists show it', async () => {
    const { body } = await create(quickBody({ name: '목록에 보이는 이', tags: ['새로 생긴 태그'] }));
    const { body: settings } = await world.client.get(`/characters/${body.id}/settings`, { token: person.token });
    expect(settings.character_id).toBe(body.id);
    const { body: found } = await world.client.get(`/characters?search=${encodeURIComponent('목록에 보이는')}`);
    expect(found.map((item: { id: string }) => item.id)).toEqual([body.id]);
    const { body: tags } = await world.client.get(`/characters/${body.id}/tags`);
    expect(tags.map((tag: { slug: string }) => tag.slug).sort()).toEqual(['새로 생긴 태그', '애니풍', '여성향'].sort());
  });

  test('the concept is kept', async () => {
    const { body } = await create(quickBody({ profile_concept: '겨울 항구의 이야기.' }));
    expect(body.start_sets.profile_concept).toEqual({ enabled: true, text: '겨울 항구의 이야기.' });
  });

  test('strangers see it, without its secrets', async () => {
    const { body: made } = await create(quickBody());
    for (const token of [undefined, other.token]) {
      const { status, body, text } = await world.client.get(`/characters/${made.id}`, { token });
      expect(status).toBe(200);
      expect(body.world_setting).toBeNull();
      expect(Object.keys(body.start_sets).sort()).toEqual(['items', 'selectedId', 'sim_options']);
      expect(Object.keys(body.start_sets.items[0]).sort()).toEqual(['firstLine', 'id', 'intro', 'title']);
      const [ending] = made.start_sets.items[0].ending_settings.endings;
      expect(text).not.toContain(ending.title);
      expect(text).not.toContain('서하민');
    }
  });
});

describe('what is refused', () => {
  const fields = ['image_url', 'audience_slug', 'style_slug', 'name', 'one_line_intro'];
  const absent: [string, unknown][] = [
    ['missing', undefined],
    ['null', null],
    ['empty', ''],
    ['blank', ' \n\t　'],
  ];
  test.each(fields.flatMap((field) => absent.map(([how, value]) => [field, how, value] as const)))(
    '%s that is %s: its code is the whole detail',
    async (field, _how, value) => {
      const answer = await create(quickBody({ [field]: value }), person.token, { 'accept-language': 'ko' });
      expect(answer.status).toBe(400);
      expect(answer.body.detail).toBe(`${field}_required`);
    },
  );

  test.each([
    ['audience_slug', '남성', 'audience_slug_invalid'],
    ['style_slug', '유화', 'style_slug_invalid'],
    ['image_url', 'http://example.com/a.png', 'image_url_invalid'],
    ['image_url', 'https://user:pass@example.com/a.png', 'image_url_invalid'],
    ['image_url', 'javascript:alert(1)', 'image_url_invalid'],
    ['image_url', '/static/../secret.png', 'image_url_invalid'],
    ['image_url', '//example.com/a.png', 'image_url_invalid'],
    ['image_url', 'http://localhost:8001/static/a.png', 'image_url_invalid'],
  ])('%s %p', async (field, value, code) => {
    const answer = await create(quickBody({ [field]: value }));
    expect([answer.status, answer.body.detail]).toEqual([422, code]);
  });

  test.each([['https://example.com/a.png'], ['/static/abc.png'], ['http://localhost:8000/static/abc.png']])(
    'the image %s will do',
    async (image_url) => {
      expect((await create(quickBody({ image_url }))).status).toBe(201);
    },
  );

  test.each<[string, unknown]>([
    ['request_id', 'x'.repeat(65)],
    ['image_url', `https://e.com/${'x'.repeat(500)}`],
    ['audience_slug', 'x'.repeat(25)],
    ['style_slug', 'x'.repeat(25)],
    ['name', 'x'.repeat(101)],
    ['one_line_intro', 'x'.repeat(501)],
    ['max_turns', 49],
    ['max_turns', 5_001],
    ['max_turns', 60.5],
    ['character_type', 'custom'],
    ['tags', 'no list'],
    ['tags', ['x'.repeat(101)]],
    ['setting_memos', [5]],
    ['profile_concept', ''],
    ['profile_concept', 'x'.repeat(1_501)],
    ['name', 5],
  ])('%s out of its limits is a 422 with a sentence', async (field, value) => {
    const answer = await create(quickBody({ [field]: value }));
    expect(answer.status).toBe(422);
    expect(answer.body.detail).toBeString();
    expect(answer.body.errors[0].pointer).toStartWith(`/${field}`);
  });

  test('reserved tags, guests, bad JSON; nothing of it leaves a row', async () => {
    const before = await countOf();
    expect((await create(quickBody({ tags: ['cover:4x5'] }))).status).toBe(400);
    expect((await world.client.post(QUICK, quickBody())).status).toBe(401);
    expect((await world.client.post(QUICK, {}, { token: 'nonsense' })).status).toBe(401);
    const raw = { raw: '{', token: person.token, headers: { 'content-type': 'application/json' } };
    expect((await world.client.post(QUICK, undefined, raw)).status).toBe(400);
    expect((await world.client.get(QUICK)).status).toBe(422);
    expect(await countOf()).toBe(before);
  });

  test('a tag that cannot be attached fails all of it, and the request may come again', async () => {
    const db = world.ctx.db.pool;
    await db.execute(sql`create function no_tags() returns trigger language plpgsql as $$ begin
      if exists (select from tags where id = new.tag_id and slug = '막힌 태그') then raise 'no'; end if; return new; end $$`);
    await db.execute(
      sql`create trigger no_tags before insert on character_tags for each row execute function no_tags()`,
    );
    const before = await countOf();
    const body = quickBody({ tags: ['막힌 태그'] });
    const answer = await create(body);
    expect([answer.status, answer.body.detail]).toEqual([503, 'quick_create_failed: tag_attach_failed']);
    expect(await countOf()).toBe(before);
    expect(await world.ctx.redis.commands.keys(`quick-create-30s:${person.id}:${body.request_id}*`)).toEqual([]);
    await db.execute(sql`drop trigger no_tags on character_tags`);
    expect((await create(body)).status).toBe(201);
  });

  test('more than ten an hour', async () => {
    const limited = await createWorld({ stores: world.stores, env: { RATE_LIMIT_SCALE: '0.1' } });
    const token = (await signUp(world)).token;
    expect((await limited.client.post(QUICK, quickBody(), { token })).status).toBe(201);
    const refused = await limited.client.post(QUICK, quickBody(), { token });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeWithin(3_000, 3_601);
    await limited.ctx.db.close();
    await limited.ctx.redis.close();
  });
});
