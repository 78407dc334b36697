import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { author } from '../../scripts/demo-accounts.ts';
import { fillCatalogue } from '../../scripts/seed/catalogue.ts';
import { ensureAccount, findAccount } from '../../src/modules/auth/accounts.ts';
import { roomRows } from '../harness/chat.ts';
import { runJobs } from '../harness/jobs.ts';
import { logIn, signUp } from '../harness/people.ts';
import { until } from '../harness/until.ts';
import { createWorld, type World } from '../harness/world.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'fabula-catalogue-'));
let world: World;
let authorId: string;
let firstMs: number;

beforeAll(async () => {
  world = await createWorld({ env: { DATA_DIR: dataDir } });
  await ensureAccount(world.ctx, author, { overwrite: false });
  authorId = (await findAccount(world.ctx, author.email))?.id ?? '';
  const from = performance.now();
  // Two seeds on an empty database: each thing is made by one of them.
  await Promise.all([fill(), fill()]);
  firstMs = performance.now() - from;
}, 30_000);
afterAll(async () => {
  await world.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function fill(): Promise<string[]> {
  const said: string[] = [];
  await fillCatalogue(world.ctx, { kind: 'member', userId: authorId, sessionId: '', isAdmin: false }, (what) =>
    said.push(what),
  );
  return said;
}

type Item = {
  id: string;
  name: string;
  avatar_url: string;
  tags: string[];
  creator_username: string;
  origin_story_id: string | null;
};
/** Persons of stories are characters, too; they come with the jobs. */
const list = async () =>
  ((await world.client.get('/characters?limit=100')).body as Item[]).filter(({ origin_story_id }) => !origin_story_id);

/** Which version of which row every table of the catalogue holds; any write changes it. */
async function rows(): Promise<unknown> {
  const tables = [
    'characters',
    'character_settings',
    'character_tags',
    'character_example_dialogues',
    'tags',
    'media_assets',
    'catalogue_entries',
    'stories',
    'story_chapters',
    'story_tags',
  ];
  return Promise.all(
    tables.map(async (table) => [
      ...(await world.ctx.db.pool.execute(sql`select xmin::text, ctid::text from ${sql.identifier(table)} order by 2`)),
    ]),
  );
}

test('a fresh database shows twelve characters with pictures and tags', async () => {
  const items = await list();
  expect(items).toHaveLength(12);
  expect(new Set(items.map(({ avatar_url }) => avatar_url)).size).toBe(12);
  for (const { avatar_url, creator_username } of items) {
    expect(creator_username).toBe('fabula');
    const picture = await world.client.open('GET', avatar_url);
    expect(picture.status).toBe(200);
    expect(picture.headers.get('content-type')).toBe('image/webp');
  }
  expect(firstMs).toBeLessThan(20_000);
});

test('a second run writes nothing', async () => {
  const before = await rows();
  expect(await fill()).toEqual(['kept     12 characters, 3 stories']);
  expect(await rows()).toEqual(before);
});

test('what its owner changed stays changed, and what was deleted stays away', async () => {
  const { token } = await logIn(world.client, author.email, author.password);
  const named = async (name: string) => (await list()).find((item) => item.name === name);
  const [one, other] = [await named('단이'), await named('Ottilie Crane')];
  if (!one || !other) throw new Error('not in the catalogue');
  await world.client.put(`/characters/advanced/${one.id}`, { basic_info: { name: '고친 이름' } }, { token });
  await world.client.delete(`/characters/${other.id}`, { token });
  await fill();
  const after = await list();
  expect(after).toHaveLength(11);
  expect(after.find(({ id }) => id === one.id)?.name).toBe('고친 이름');
  expect(await named(other.name)).toBeUndefined();
});

type StoryItem = { id: string; title: string; cover_url: string; is_origchat: boolean; episode_count: number };
const storyList = async () => (await world.client.get('/stories?limit=50')).body.stories as StoryItem[];

test('three stories of eight chapters each, with covers, and playable once their persons are found', async () => {
  const stories = await storyList();
  expect(stories.map(({ title, episode_count, is_origchat }) => ({ title, episode_count, is_origchat }))).toEqual(
    expect.arrayContaining(
      ['비 오는 날만 여는 우산 가게', '먹은 젖지 않는다', 'The Cartographer of Low Tide'].map((title) => ({
        ...{ title, episode_count: 8, is_origchat: false },
      })),
    ),
  );
  expect(stories).toHaveLength(3);
  for (const { id, cover_url } of stories) {
    expect((await world.client.open('GET', cover_url)).status).toBe(200);
    const gallery = await world.client.get(`/media/assets?entity_type=story&entity_id=${id}`);
    expect(gallery.body.items).toMatchObject([{ url: cover_url, is_primary: true }]);
  }
  // Jobs that meet each other in the database are tried again, some seconds later.
  await until(
    async () => {
      await runJobs(world);
      return (await storyList()).every(({ is_origchat }) => is_origchat);
    },
    { timeoutMs: 20_000, everyMs: 250, what: 'finding the persons' },
  );
  const found = async (title: string) => {
    const id = stories.find((story) => story.title === title)?.id;
    const { body } = await world.client.get(`/stories/${id}/extracted-characters`);
    return (body.items as { name: string }[]).map(({ name }) => name);
  };
  expect(await found('비 오는 날만 여는 우산 가게')).toEqual(
    expect.arrayContaining(['나루', '공지한', '백이준', '진보라']),
  );
  expect(await found('먹은 젖지 않는다')).toEqual(expect.arrayContaining(['이휘', '윤도하', '옥련', '조태겸']));
  const tide = (await found('The Cartographer of Low Tide')).join();
  for (const name of ['Wren', 'Silas', 'Barty', 'Marsh', 'Sabine']) expect(tide).toContain(name);
}, 30_000);

test('one of its persons can be played', async () => {
  const story = (await storyList()).find(({ title }) => title === '먹은 젖지 않는다');
  const { body } = await world.client.get(`/stories/${story?.id}/extracted-characters`);
  const { token } = await signUp(world);
  const start = { story_id: story?.id, character_id: body.items[0].character_id, start: { chapter: 3 } };
  const room = await world.client.post('/chat/origchat/start', { ...start, force_new: true }, { token });
  expect(room.status).toBe(201);
  const turn = { room_id: room.body.id, user_text: '빈 책에서 바다 냄새가 납니다.' };
  const answer = await world.client.post('/chat/origchat/turn', turn, { token });
  expect(answer).toMatchObject({ status: 200, body: { ai_message: { content: expect.stringMatching(/[가-힣]/) } } });
});

test('a run that was cut off is taken up', async () => {
  const [story] = await storyList();
  await world.ctx.db.pool.execute(sql`delete from story_chapters where story_id = ${story?.id} and no > 5`);
  await world.ctx.db.pool.execute(
    sql`delete from catalogue_entries where key like 'story/%/chapters' and entity_id = ${story?.id}`,
  );
  await fill();
  const { body } = await world.client.get(`/chapters/by-story/${story?.id}`);
  expect(body.map(({ no }: { no: number }) => no)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('a chat with one of them tells an event, a memo, and comes to an ending', async () => {
  const keeper = (await list()).find(({ name }) => name === '서하린');
  const { token } = await signUp(world);
  const room = await world.client.post('/chat/start', { character_id: keeper?.id }, { token });
  expect(room.status).toBe(201);
  const say = async (content: string) => {
    const answer = await world.client.post(
      '/chat/message',
      { character_id: keeper?.id, room_id: room.body.id, content },
      { token },
    );
    expect(answer.status).toBe(200);
    return answer.body;
  };
  for (let turn = 1; turn < 5; turn++)
    await say(turn === 2 ? '아버지는 어떤 분이셨어요?' : `오늘 바람은 어때요? ${turn}`);
  expect((await roomRows(world, room.body.id)).room).toMatchObject({
    state: { appliedMemos: ['memo_2'], firedEvents: [] },
  });
  const event = JSON.stringify(await say('라디오 소리가 들려요.'));
  expect(event).toContain('라디오가 저 혼자 켜졌다');
  const ended = JSON.stringify(await say('이제 그만 일어나요. 같이 열 시 배를 타자.'));
  expect(ended).toContain('오전 열 시의 배');
  const { room: after } = await roomRows(world, room.body.id);
  expect(after).toMatchObject({ state: { firedEvents: ['ev_1'], ending: { id: 'ending_2', turnNo: 6 } } });
});
