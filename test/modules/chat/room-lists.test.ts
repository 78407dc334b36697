import { afterAll, beforeAll, expect, test } from 'bun:test';
import { eq, sql } from 'drizzle-orm';
import { characters } from '../../../src/db/tables/characters.ts';
import { stories } from '../../../src/db/tables/stories.ts';
import { newId } from '../../../src/lib/ids.ts';
import { makeCharacter } from '../../harness/chat.ts';
import { logIn, type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
let creator: Person;
let author: Person;
beforeAll(async () => {
  world = await createWorld();
  [creator, author] = [await signUp(world), await signUp(world)];
});
afterAll(() => world.close());

type Case = { isPublic: boolean; isActive: boolean; story: 'none' | 'public' | 'private' | 'deleted' };

const cases: Case[] = [true, false].flatMap((isPublic) =>
  [true, false].flatMap((isActive) =>
    (['none', 'public', 'private', 'deleted'] as const).map((story) => ({ isPublic, isActive, story })),
  ),
);

/** A room of `person` for each case; what the case says came true after the room was opened. */
async function roomsOf(person: Person): Promise<{ id: string; characterId: string }[]> {
  const { pool } = world.ctx.db;
  const made: { id: string; characterId: string }[] = [];
  for (const { isPublic, isActive, story } of cases) {
    const characterId = await makeCharacter(world, creator);
    const opened = await world.client.post('/chat/start', { character_id: characterId }, { token: person.token });
    expect(opened.status).toBe(201);
    const originStoryId = story === 'none' ? null : newId();
    if (originStoryId !== null)
      await pool.insert(stories).values({
        id: originStoryId,
        creatorId: author.id,
        title: 'Tale',
        content: 'Once.',
        isPublic: story === 'public',
        deletedAt: story === 'deleted' ? new Date() : null,
      });
    await pool.update(characters).set({ isPublic, isActive, originStoryId }).where(eq(characters.id, characterId));
    made.push({ id: opened.body.id, characterId });
  }
  return made;
}

const whose = ['a stranger', 'the character’s creator', 'the story’s author', 'an administrator'] as const;

test.each(whose)('the lists of %s show exactly the rooms that may be entered', async (who) => {
  const person = who === whose[1] ? creator : who === whose[2] ? author : await signUp(world);
  const made = await roomsOf(person);
  if (who === whose[3]) {
    await world.ctx.db.pool.execute(sql`update users set is_admin = true where id = ${person.id}`);
    Object.assign(person, await logIn(world.client, person.email));
  }
  const get = async (path: string) => (await world.client.get(path, { token: person.token })).body;
  const enterable: string[] = [];
  for (const { id, characterId } of made) {
    const { status } = await world.client.get(`/chat/rooms/${id}`, { token: person.token });
    if (status === 200) enterable.push(id);
    expect((await get(`/chat/rooms/latest-by-character/${characterId}`)).has_room).toBe(status === 200);
  }
  expect(enterable.length).toBeGreaterThan(1);
  expect(enterable.length).toBeLessThan(made.length);
  const ids = (rows: { id: string }[]) => rows.map(({ id }) => id).sort();
  expect(ids(await get('/chat/rooms'))).toEqual([...enterable].sort());
  const recent = (await get('/me/characters/recent?limit=50')) as { chat_room_id: string }[];
  expect(recent.map((item) => item.chat_room_id).sort()).toEqual([...enterable].sort());
  // What may not be entered takes no place on a page.
  expect(await get(`/chat/rooms?limit=${enterable.length}`)).toHaveLength(enterable.length);
});
