import { sql } from 'drizzle-orm';
import { createCharacter } from '../../src/modules/characters/create.ts';
import { type Person, signUp } from './people.ts';
import type { World } from './world.ts';

const STORY_TITLE = 'The Drowned Bell';

const CHAPTERS = [
  'Fog lay over the harbour when Ines found the first letter. She hid it beneath the lamp and told nobody about it.',
  'Old Tobias rowed out to the reef at night. He came back without his oars and would not say a word.',
  'Ines followed the lamplight up the tower and met the keeper. They agreed to listen for the bell together.',
];

/** A story with chapters that somebody wrote. */
export async function makeStory(
  world: World,
  creator: Person,
  {
    chapters = CHAPTERS,
    cast = ['Ines', 'Tobias'],
    isPublic = true,
  }: { chapters?: string[]; cast?: string[]; isPublic?: boolean } = {},
): Promise<string> {
  const id = Bun.randomUUIDv7();
  const { pool } = world.ctx.db;
  await pool.execute(sql`insert into stories (id, creator_id, title, content, is_public)
    values (${id}, ${creator.id}, ${STORY_TITLE}, 'A harbour town and a bell below the sea.', ${isPublic})`);
  for (const [index, content] of chapters.entries()) {
    const chapterId = Bun.randomUUIDv7();
    const no = index + 1;
    await pool.execute(sql`insert into story_chapters (id, story_id, no, title, content)
      values (${chapterId}, ${id}, ${no}, ${`Part ${no}`}, ${content})`);
    await pool.execute(sql`insert into story_episode_summaries (id, story_id, chapter_id, no, short_brief, anchor_excerpt, cumulative_summary)
      values (${Bun.randomUUIDv7()}, ${id}, ${chapterId}, ${no}, ${content.slice(0, 400)}, ${content.slice(0, 600)},
      ${chapters.slice(0, no).join(' ').slice(0, 2_000)})`);
  }
  for (const [index, name] of cast.entries())
    await pool.execute(sql`insert into story_extracted_characters (id, story_id, name, order_index)
      values (${Bun.randomUUIDv7()}, ${id}, ${name}, ${index})`);
  return id;
}

/** A character that comes out of a story. */
export async function makeCastMember(world: World, creator: Person, storyId: string | null, draft: object = {}) {
  const actor = { kind: 'member' as const, userId: creator.id, sessionId: '', isAdmin: false };
  const id = await createCharacter(world.ctx, actor, {
    name: 'Ines',
    description: 'Keeps letters that are not hers.',
    personality: 'wary, quick, kind',
    greeting: 'Hi.',
    isPublic: true,
    ...draft,
  } as Parameters<typeof createCharacter>[2]);
  await world.ctx.db.pool.execute(sql`update characters set origin_story_id = ${storyId} where id = ${id}`);
  return id;
}

export type StoryPlay = Awaited<ReturnType<typeof playIn>>;

/** A creator's story with a character, a reader, and short ways to play. */
export async function playIn(world: World, story: Parameters<typeof makeStory>[2] = {}) {
  const [creator, person] = [await signUp(world), await signUp(world)];
  const storyId = await makeStory(world, creator, story);
  const characterId = await makeCastMember(world, creator, storyId);
  const start = (body: object = {}, { client = world.client, token = person.token } = {}) =>
    client.post('/chat/origchat/start', { character_id: characterId, story_id: storyId, ...body }, { token });
  return {
    creator,
    person,
    storyId,
    characterId,
    start,
    newRoom: async (body: object = {}) => {
      const answer = await start({ force_new: true, start: { chapter: 2 }, ...body });
      if (answer.status !== 201) throw new Error(`start: ${answer.status} ${answer.text}`);
      return answer.body.id as string;
    },
    turn: (roomId: string, body: object = {}, client = world.client) =>
      client.post('/chat/origchat/turn', { room_id: roomId, ...body }, { token: person.token }),
    stream: (roomId: string, body: object = {}, client = world.client) =>
      client.open('POST', '/chat/origchat/turn/stream', { body: { room_id: roomId, ...body }, token: person.token }),
    messages: async (roomId: string) =>
      (await world.client.get(`/chat/rooms/${roomId}/messages?tail=1&limit=200`, { token: person.token })).body,
    meta: async (roomId: string) =>
      (await world.client.get(`/chat/rooms/${roomId}/meta`, { token: person.token })).body,
  };
}
