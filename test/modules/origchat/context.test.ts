import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import type { Llm } from '../../../src/llm/gateway.ts';
import { recapOf } from '../../../src/modules/origchat/scenes.ts';
import { makeStory, playIn, type StoryPlay } from '../../harness/origchat.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { signUpAdmin } from '../characters/cast.ts';

const COUNT = 8;
const CHAPTERS = Array.from(
  { length: COUNT },
  (_, i) =>
    `Beginning of mark${i + 1}beg. ${'The waves rolled in without an end. '.repeat(20)} Depth of mark${i + 1}deep. ${'More and more of them came. '.repeat(20)}`,
);
const KINDS = ['context-pack', 'start-options', 'context-status', 'recap', 'scene-excerpt'];

let world: World;
let play: StoryPlay;
let asked = 0;

/** How often seeds were asked for. */
function counting(llm: Llm): Llm {
  return {
    ...llm,
    produce(call, schema, signal) {
      if (call.task === 'orig.seeds') asked += 1;
      return llm.produce(call, schema, signal);
    },
  };
}

beforeAll(async () => {
  const plain = await createWorld();
  world = await createWorld({ stores: plain.stores, overrides: { llm: counting(plain.ctx.llm) } });
  play = await playIn(world, { chapters: CHAPTERS });
});
afterAll(() => world.close());

const get = (path: string, token?: string, storyId = play.storyId) =>
  world.client.get(`/stories/${storyId}/${path}`, token === undefined ? {} : { token });
const marks = (body: unknown) => [...JSON.stringify(body).matchAll(/mark(\d+)(beg|deep)/g)];

describe('a story before it is played', () => {
  test('the pack of a chapter', async () => {
    const { status, body } = await get('context-pack?anchor=3&characterId=&mode=canon&rangeFrom=1&sceneId=x');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      actor_context: { anchor: 3, trust: null, affinity: null, tension: null },
      director_context: { total_chapters: COUNT, allowed_foreshadows: [], forbidden_reveals_gt_anchor: [] },
      guard: { no_spoiler_after: 3 },
    });
    expect(body.actor_context.anchor_excerpt).toStartWith('Beginning of mark3beg.');
    expect(body.actor_context.anchor_excerpt.length).toBeLessThanOrEqual(600);
    expect(body.actor_context.cumulative_summary).toBeString();
    expect(body.initial_choices).toHaveLength(3);
    for (const { label } of body.initial_choices) expect(label.length).toBeLessThanOrEqual(20);
    expect((await get('context-pack')).body.actor_context.anchor).toBe(1);
  });

  test('where one may step in; with an anchor no further', async () => {
    const { status, body } = await get('start-options');
    expect(status).toBe(200);
    expect(body.modes).toEqual(['canon', 'parallel']);
    expect(body.chapter_scene_index.map(({ no }: { no: number }) => no)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const scenes = (no: number) => body.chapter_scene_index[no - 1].scenes;
    expect(scenes(2).map(({ id }: { id: string }) => id)).toEqual(['auto-2-1', 'auto-2-2', 'auto-2-3']);
    for (const { title, hint } of scenes(2)) {
      expect(title.length).toBeWithin(1, 41);
      expect(hint.length).toBeWithin(1, 81);
    }
    // Of a chapter that must be bought there is its beginning.
    expect(scenes(7)).toHaveLength(1);
    expect(body.top_candidates.map(({ chapter }: { chapter: number }) => chapter)).toEqual([8, 7, 6]);
    expect(body.seeds).toHaveLength(3);
    const early = (await get('start-options?anchor=2')).body;
    expect(early.chapter_scene_index).toHaveLength(2);
    for (const [, no] of marks(early)) expect(Number(no)).toBeLessThanOrEqual(2);
  });

  test('guests cost no model; members share one call, also at once', async () => {
    const storyId = await makeStory(world, play.creator, { chapters: CHAPTERS.slice(0, 2) });
    asked = 0;
    await get('start-options', undefined, storyId);
    expect(asked).toBe(0);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => get('start-options', play.person.token, storyId)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(asked).toBe(1);
    await get('start-options', play.creator.token, storyId);
    expect((await get('start-options', undefined, storyId)).body.seeds).toHaveLength(2);
    expect(asked).toBe(1);
    const empty = await makeStory(world, play.creator, { chapters: [], cast: [] });
    expect((await get('start-options', play.person.token, empty)).body).toMatchObject({
      chapter_scene_index: [],
      top_candidates: [],
      seeds: null,
    });
    expect((await get('context-status', undefined, empty)).body).toEqual({ warmed: false, updated: [] });
    expect((await get('context-status')).body).toEqual({
      warmed: true,
      updated: ['world_bible', 'personas', 'timeline_digest'],
    });
  });

  test('beyond their share members get what needs no model', async () => {
    const limited = await createWorld({
      stores: { ...world.stores, drop: async () => undefined },
      env: { RATE_LIMIT_SCALE: '0.04' },
      overrides: { llm: world.ctx.llm },
    });
    const stories = await Promise.all(
      [1, 2].map(() => makeStory(world, play.creator, { chapters: CHAPTERS.slice(0, 3) })),
    );
    asked = 0;
    for (const id of stories) {
      const { status, body } = await limited.client.get(`/stories/${id}/start-options`, { token: play.person.token });
      expect([status, body.seeds.length]).toEqual([200, 3]);
    }
    expect(asked).toBe(1);
    await limited.close();
  });

  test('the recap tells what came before, the newest first and in most detail', async () => {
    expect((await get('recap')).body).toEqual({ recap: '' });
    const { recap } = (await get('recap?anchor=5')).body;
    const told = marks(recap).map(([, no]) => Number(no));
    expect(told[0]).toBe(4);
    expect(Math.max(...told)).toBe(4);
    expect(recap.length).toBeLessThanOrEqual(1_200);
    const episodes = CHAPTERS.map((content, i) => ({
      no: i + 1,
      shortBrief: content.slice(0, 400),
      anchorExcerpt: content,
    }));
    for (let anchor = 1; anchor <= COUNT + 1; anchor += 1) {
      const text = recapOf(episodes, anchor, (no) => no < 6);
      expect(text.length).toBeLessThanOrEqual(1_200);
      for (const [, no] of marks(text)) expect(Number(no)).toBeLessThan(anchor);
    }
    expect(recapOf(episodes, 8, () => false).split('\n')[0]?.length).toBeLessThanOrEqual(200);
  });

  test('scenes of a chapter; of an unpaid one its beginning', async () => {
    const excerpt = async (query: string, token?: string) => (await get(`scene-excerpt?${query}`, token)).body.excerpt;
    expect(await excerpt('chapter=2')).toStartWith('Beginning of mark2beg.');
    expect(await excerpt('chapter=2&sceneId=auto-2-2')).toContain('mark2deep');
    expect(await excerpt('chapter=2&sceneId=auto-3-2')).toStartWith('Beginning of mark2beg.');
    expect(await excerpt('chapter=99')).toBe('');
    expect((await excerpt('chapter=7&sceneId=auto-7-2')).length).toBe(200);
    expect(await excerpt('chapter=7&sceneId=auto-7-2', play.creator.token)).toContain('mark7deep');
  });

  test('what was kept is forgotten with a change, and is not told to who may not read it', async () => {
    const storyId = await makeStory(world, play.creator, { chapters: CHAPTERS });
    const pack = async (token?: string) =>
      (await get('context-pack?anchor=7', token, storyId)).body.actor_context.anchor_excerpt as string;
    const whole = await pack(play.creator.token);
    expect(whole).toHaveLength(600);
    expect((await pack()).length).toBeLessThanOrEqual(200);
    await world.ctx.db.pool.execute(sql`insert into chapter_purchases (id, user_id, story_id, chapter_no, status, attempted_at, created_at)
      values (${Bun.randomUUIDv7()}, ${play.person.id}, ${storyId}, 7, 'owned', now(), now())`);
    expect(await pack(play.person.token)).toBe(whole);
    await world.ctx.db.pool.execute(sql`update story_chapters set content = 'Written anew.', updated_at = now()
      where story_id = ${storyId} and no = 7`);
    for (const token of [undefined, play.creator.token, play.person.token])
      expect(await pack(token)).toBe('Written anew.');
  });

  test('Redis away or full of nonsense changes nothing', async () => {
    const before = (await get('context-pack?anchor=4')).body;
    for (const key of await world.ctx.redis.commands.keys(`origchat:story:${play.storyId}:pack:*`))
      await world.ctx.redis.commands.set(key, 'nonsense');
    expect((await get('context-pack?anchor=4')).body).toEqual(before);
  });

  test.each(KINDS)('%s: who may ask, and for what', async (kind) => {
    const secret = await makeStory(world, play.creator, { isPublic: false });
    const status = async (storyId: string, token?: string) => (await get(kind, token, storyId)).status;
    expect(await status(crypto.randomUUID())).toBe(404);
    expect(await status('x')).toBe(422);
    expect(await status(secret)).toBe(403);
    expect(await status(secret, play.person.token)).toBe(403);
    expect(await status(secret, 'stale-token')).toBe(401);
    expect(await status(play.storyId, 'stale-token')).toBe(200);
    for (const { token } of [play.creator, await signUpAdmin(world)]) expect(await status(secret, token)).toBe(200);
    await world.ctx.db.pool.execute(sql`update stories set deleted_at = now() where id = ${secret}`);
    expect(await status(secret, play.creator.token)).toBe(404);
    const number = kind === 'scene-excerpt' ? 'chapter' : 'anchor';
    if (kind !== 'context-status')
      for (const bad of ['0', '-1', 'x', '1.5']) expect((await get(`${kind}?${number}=${bad}`)).status).toBe(422);
  });
});
