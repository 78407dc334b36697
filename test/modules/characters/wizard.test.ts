import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { similarity } from '../../../src/lib/similarity.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { wizardBody as base } from '../../harness/quick-create.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
let person: Person;

beforeAll(async () => {
  world = await createWorld();
  person = await signUp(world);
});
afterAll(() => world.close());

const english = {
  name: 'Harlan Reed',
  description: 'A clock mender in a rainy alley.',
  world_setting: null,
  tags: null,
};
const post = (route: string, body: unknown, token: string | undefined = person.token) =>
  world.client.post(`/characters/${route}`, body, { token });

const OPENING = { opening_intro: '비가 온다.', opening_first_line: '“왔어?”' };
const ENDING = { ending_title: '마지막 등불', base_condition: '끝까지 남았을 때.' };
/** Every route with what it needs beside the base. */
const routes = [
  ['concept', {}],
  ['prompt', {}],
  ['stat', {}],
  ['first-start', {}],
  ['detail', {}],
  ['secret', {}],
  ['turn-events', OPENING],
  ['ending-draft', {}],
  ['ending-epilogue', ENDING],
] as const;

describe('drafts without a model', () => {
  const languages = [
    ['ko', {}],
    ['en', english],
  ] as const;
  const draft = async (route: string, body: object) => {
    const answer = await post(`quick-generate-${route}`, base(body));
    expect(answer.status).toBe(200);
    return answer.body;
  };

  test.each(languages)('%s: all of them have the lengths that were asked for', async (_language, change) => {
    for (const [max_turns, least, most] of [
      [10, 300, 500],
      [199, 350, 650],
      [200, 500, 900],
      [999, 600, 1_000],
      [5_000, 700, 1_100],
    ]) {
      const { concept } = await draft('concept', { ...change, max_turns, audience: '전체' });
      expect(concept.length).toBeWithin(Number(least), Number(most) + 1);
    }
    for (const mode of ['roleplay', 'simulator']) {
      const { prompt, stats } = await draft('prompt', { ...change, mode, allow_infinite_mode: true });
      expect(prompt.length).toBeWithin(3_000, 6_001);
      expect(stats.length).toBeWithin(mode === 'simulator' ? 3 : 1, 5);
    }
    const { stats } = await draft('stat', { ...change, mode: 'simulator', sim_variant: 'dating' });
    expect(stats[0].id).toMatch(/^stat_[0-9a-f]{8}$/);
    const detail = await draft('detail', { ...change, section_modes: { personality: 'dark', likes: null } });
    for (const list of [detail.interests, detail.likes, detail.dislikes]) expect(list).toHaveLength(3);
    for (const prose of [detail.personality, detail.speech_style]) expect(prose.length).toBeWithin(100, 301);
    expect((await draft('secret', change)).secret.length).toBeWithin(200, 601);
    const { turn_events } = await draft('turn-events', { ...change, ...OPENING, max_turns: 100 });
    expect(turn_events).toHaveLength(6);
    const ending = await draft('ending-draft', { ...change, ...OPENING, min_turns: 50, max_turns: 100 });
    expect(ending.title.length).toBeWithin(1, 21);
    expect(ending.hint.length).toBeLessThanOrEqual(20);
    expect(ending.suggested_turn).toBe(90);
    const { epilogue } = await draft('ending-epilogue', {
      ...change,
      ...ENDING,
      hint: '끝까지',
      extra_conditions: [
        '비밀을 안다',
        { type: 'stat', stat_name: '호감도', op: 'gte', value: 50 },
        { type: 'text', text: '약속', id: 'x' },
      ],
    });
    expect(epilogue.length).toBeWithin(200, 901);
    expect(epilogue).toMatch(/^“/m);
  });

  test('a first scene is another one than the one to avoid', async () => {
    const first = await draft('first-start', {});
    const second = await draft('first-start', { avoid_intro: first.intro, avoid_first_line: first.first_line });
    expect(similarity(`${first.intro} ${first.first_line}`, `${second.intro} ${second.first_line}`)).toBeLessThan(0.82);
    expect(second.intro.length).toBeWithin(300, 501);
  });

  test('a least turn after the last one suggests none', async () => {
    expect((await draft('ending-draft', { min_turns: 500, max_turns: 100 })).suggested_turn).toBe(0);
  });

  test.each([
    ['roleplay', '별을 읽는 겁 많은 점술가', 'ko'],
    ['simulator', '무인도에서 살아남는 이야기', 'ko'],
    ['custom', 'A lonely lighthouse keeper who collects letters', 'en'],
    ['simulator', 'x', 'en'],
    ['roleplay', '🦊', 'en'],
  ])('%s out of %p', async (character_type, seed_text, language) => {
    const image_url = '/static/abc.png';
    const { status, body } = await post('quick-generate', { seed_text, character_type, image_url, ai_sub_model: 'x' });
    expect(status).toBe(200);
    expect(body.basic_info.name.length).toBeWithin(2, 36);
    expect(body.basic_info.description.length).toBeWithin(20, 301);
    expect(body.basic_info).toMatchObject({ character_type, base_language: language });
    expect(body.media_settings.image_descriptions[0]).toMatchObject({ url: image_url });
    const made = await world.client.post('/characters/advanced', body, { token: person.token });
    expect(made.status).toBe(201);
  });
});

describe('ideas and hints', () => {
  test('a hundred ideas each, no two the same', async () => {
    const { body } = await world.client.get('/characters/quick-profile-theme-suggestions', { token: person.token });
    for (const list of [body.roleplay, body.simulator]) {
      expect(list.length).toBeGreaterThanOrEqual(100);
      expect(new Set(list).size).toBe(list.length);
    }
  });

  const empty = (image_url: string) => post('quick-vision-hints', { image_url });
  test.each([
    `/static/${'a'.repeat(64)}.png`,
    'http://169.254.169.254/latest/meta-data',
    '%E0%A4%A',
    '!',
    'constructor.png',
  ])('nothing is known of %s, and that is no failure', async (url) => {
    const { status, body } = await empty(url);
    expect(status).toBe(200);
    expect(Object.values(body).flat()).toEqual([]);
  });

  test('a name that says something', async () => {
    const { body } = await empty('https://example.com/img/Island_Witch-%EB%93%B1%EB%8C%80.final.png?x=1');
    expect(body.hints_ko).toEqual(['섬', '마녀', '등대']);
    expect(body.vibe_ko).toEqual(['여유로운', '신비로운']);
    expect(body.roleplay_theme_matches).toContain('바닷가 등대의 은둔자');
    expect(body.simulator_theme_matches.length).toBeWithin(1, 13);
    expect(body.roleplay_hook_suggestions.length).toBeLessThanOrEqual(6);
  });
});

describe('what is refused', () => {
  const all = [
    ...routes.map(([route, more]) => [`quick-generate-${route}`, base(more)] as const),
    ['quick-generate', { seed_text: 'x' }] as const,
  ];
  test.each(all)('%s: guests, and bodies without what it needs', async (route, body) => {
    expect((await world.client.post(`/characters/${route}`, body)).status).toBe(401);
    expect((await post(route, {})).status).toBe(422);
  });

  test.each<[string, object, string]>([
    ['stat', { name: '' }, 'name'],
    ['stat', { name: 'x'.repeat(101) }, 'name'],
    ['stat', { description: '' }, 'description'],
    ['stat', { description: 'x'.repeat(3_001) }, 'description'],
    ['stat', { world_setting: '' }, 'world_setting'],
    ['stat', { world_setting: 'x'.repeat(6_001) }, 'world_setting'],
    ['stat', { tags: ['x'.repeat(101)] }, 'tags'],
    ['stat', { mode: 'custom' }, 'mode'],
    ['stat', { max_turns: 49 }, 'max_turns'],
    ['stat', { max_turns: 5_001 }, 'max_turns'],
    ['stat', { sim_variant: 'other' }, 'sim_variant'],
    ['concept', { description: 'x'.repeat(501) }, 'description'],
    ['concept', { audience: 'x'.repeat(25) }, 'audience'],
    ['concept', { max_turns: 9 }, 'max_turns'],
    ['first-start', { avoid_intro: 'x'.repeat(2_001) }, 'avoid_intro'],
    ['first-start', { avoid_first_line: 'x'.repeat(501) }, 'avoid_first_line'],
    ['turn-events', { ...OPENING, opening_intro: '' }, 'opening_intro'],
    ['turn-events', { ...OPENING, opening_first_line: 'x'.repeat(501) }, 'opening_first_line'],
    ['ending-draft', { min_turns: 9 }, 'min_turns'],
    ['ending-epilogue', { ...ENDING, ending_title: 'x'.repeat(21) }, 'ending_title'],
    ['ending-epilogue', { ...ENDING, base_condition: '' }, 'base_condition'],
    ['ending-epilogue', { ...ENDING, hint: 'x'.repeat(21) }, 'hint'],
  ])('%s %j', async (route, change, field) => {
    const { status, body } = await post(`quick-generate-${route}`, base(change));
    expect(status).toBe(422);
    expect(body.detail).toBeString();
    expect(body.errors[0].pointer).toStartWith(`/${field}`);
  });

  test('more than sixty an hour', async () => {
    const limited = await createWorld({ stores: world.stores, env: { RATE_LIMIT_SCALE: '0.02' } });
    const token = (await signUp(world)).token;
    const ask = () => limited.client.post('/characters/quick-vision-hints', { image_url: 'a' }, { token });
    expect([(await ask()).status, (await ask()).status]).toEqual([200, 429]);
    await Promise.all([limited.ctx.db.close(), limited.ctx.redis.close()]);
  });
});
