import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import type { Llm } from '../../../src/llm/gateway.ts';
import { makeCastMember, playIn, type StoryPlay } from '../../harness/origchat.ts';
import { createWorld, type World } from '../../harness/world.ts';

const COUNT = 9;
const CHAPTERS = Array.from(
  { length: COUNT },
  (_, i) =>
    `Beginning of mark${i + 1}beg. ${'The waves rolled in without an end. '.repeat(8)} Depth of mark${i + 1}deep. Person${i + 1} spoke.`,
);

let world: World;
let watched: World;
let play: StoryPlay;
/** Everything that any model was asked, as JSON. */
const asked: { task: string; text: string }[] = [];

function watching(llm: Llm): Llm {
  return {
    ...llm,
    async *streamText(call, signal) {
      asked.push({ task: call.task, text: JSON.stringify([call.messages, call.facts]) });
      yield* llm.streamText(call, signal);
    },
    produce(call, schema, signal) {
      asked.push({ task: call.task, text: JSON.stringify([call.messages, call.facts]) });
      return llm.produce(call, schema, signal);
    },
  };
}

beforeAll(async () => {
  world = await createWorld();
  watched = await createWorld({
    stores: { ...world.stores, drop: async () => undefined },
    overrides: { llm: watching(world.ctx.llm) },
  });
  play = await playIn(world, { chapters: CHAPTERS, cast: Array.from({ length: COUNT }, (_, i) => `Person${i + 1}`) });
});
afterAll(async () => {
  await watched.close();
  await world.close();
});

const marks = (text: string, kind: string) => [
  ...new Set([...text.matchAll(new RegExp(`mark(\\d+)${kind}`, 'g'))].map(([, no]) => Number(no))),
];

describe('nothing after the anchor reaches a model', () => {
  test.each([1, 2, 3, 4, 5, 6, 8, 9, 20])(
    'at chapter %i: greeting, turns, situations, events, choices, polish',
    async (anchor) => {
      asked.length = 0;
      const { token } = play.person;
      const started = await play.start(
        { force_new: true, pov: 'persona', start: { chapter: anchor } },
        { token, client: watched.client },
      );
      const room = started.body.id;
      for (const body of [
        { user_text: 'What happens next? Tell me everything.', settings_patch: { postprocess_mode: 'always' } },
        { situation_text: 'Everybody knows the end' },
        { trigger: 'choices' },
        { user_text: 'And then?' },
        { trigger: 'next_event' },
      ])
        expect((await play.turn(room, body, watched.client)).status).toBe(200);
      expect(new Set(asked.map(({ task }) => task))).toEqual(
        new Set(['orig.greeting', 'orig.turn', 'orig.polish', 'orig.choices']),
      );
      const all = asked.map(({ text }) => text).join('\n');
      for (const no of [...marks(all, 'beg'), ...marks(all, 'deep')]) expect(no).toBeLessThanOrEqual(anchor);
      for (const [, no] of all.matchAll(/Person(\d+)/g)) expect(Number(no)).toBeLessThanOrEqual(anchor);
      // Chapters from the sixth on are paid: of those there is no more than a beginning.
      for (const no of marks(all, 'deep')) expect(no).toBeLessThan(6);
      const turn = asked.find(({ task }) => task === 'orig.turn')?.text ?? '';
      expect(marks(turn, 'beg')).toContain(Math.min(anchor, COUNT));
      if (anchor < 6) expect(marks(turn, 'deep')).toContain(anchor);
    },
  );

  test('a chapter that was bought is known whole; so is every one to the story’s owner', async () => {
    const room = await play.newRoom({ start: { chapter: 7 } });
    const depthOf = async (roomId: string, token: string) => {
      asked.length = 0;
      await watched.client.post('/chat/origchat/turn', { room_id: roomId, user_text: 'Go on, please' }, { token });
      return marks(asked[0]?.text ?? '', 'deep');
    };
    expect(await depthOf(room, play.person.token)).not.toContain(7);
    await world.ctx.db.pool.execute(sql`insert into chapter_purchases (id, user_id, story_id, chapter_no, status, attempted_at, created_at)
      values (${Bun.randomUUIDv7()}, ${play.person.id}, ${play.storyId}, 7, 'owned', now(), now())`);
    expect(await depthOf(room, play.person.token)).toContain(7);
    const own = await play.start({ start: { chapter: 9 } }, { token: play.creator.token, client: world.client });
    expect(await depthOf(own.body.id, play.creator.token)).toEqual(expect.arrayContaining([9]));
  });

  test('a person drawn from the whole story brings along no more than traits, until the reader is at its end', async () => {
    const drawn = {
      description: 'Whom mark9deep betrays.',
      personality: 'Calm. Said once: “mark9deep is near. Run!” Stubborn.',
      speechStyle: 'Short sentences. For example: “I saw mark9deep.” Rarely asks.',
      greeting: '“mark9deep is behind us, {{user}}.” She looks at you and waits.',
      worldSetting: 'A coast on which mark9deep happens. Around her there is Person9.',
      sourceType: 'IMPORTED',
    };
    const characterId = await makeCastMember(world, play.creator, play.storyId, drawn);
    const { token } = play.person;
    const begin = async (chapter: number) => {
      asked.length = 0;
      const wish = { character_id: characterId, force_new: true, start: { chapter } };
      const { body } = await play.start(wish, { token, client: watched.client });
      await play.turn(body.id, { user_text: 'Who are you, really?' }, watched.client);
      const said = await play.messages(body.id);
      return `${said[0].content}\n${asked.map(({ text }) => text).join('\n')}`;
    };
    const early = await begin(3);
    expect(marks(early, 'deep')).not.toContain(9);
    expect(early).not.toContain('Person9');
    for (const trait of ['Calm.', 'Stubborn.', 'Short sentences.', 'Rarely asks.']) expect(early).toContain(trait);
    expect(await begin(COUNT)).toContain('“mark9deep is behind us');
  });
});
