import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import postgres from 'postgres';
import { newId } from '../../../src/lib/ids.ts';
import { keys } from '../../../src/redis/keys.ts';
import { makeCharacter } from '../../harness/chat.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { makeStory } from './shelf.ts';

let world: World;
let sql: postgres.Sql;
let owner: Person;
let reader: Person;
beforeAll(async () => {
  world = await createWorld();
  sql = postgres(world.stores.databaseUrl, { max: 3 });
  [owner, reader] = await Promise.all([signUp(world), signUp(world)]);
});
afterAll(async () => {
  await sql.end();
  await world.close();
});

/** Tables with a column that names a story. */
const tablesOfStories = async () =>
  (
    await sql`select table_name from information_schema.columns where table_schema = 'public' and column_name = 'story_id' order by 1`
  ).map((row) => String(row.table_name));
const remove = (id: string, token = owner.token) => world.client.delete(`/stories/${id}`, { token });

/** A story with a row in every table that a reader or its owner can fill, and rooms in which it is played. */
async function furnished() {
  const story = await makeStory(world, owner, { keywords: ['a', 'b'], genre: 'g', cover_url: '/static/x.png' });
  const { id } = story;
  const as = (token: string) => ({ token });
  await world.client.post(`/stories/${id}/like`, undefined, as(reader.token));
  await world.client.post(`/stories/${id}/comments`, { content: 'TOPSECRET' }, as(reader.token));
  await world.client.post(`/stories/${id}/announcements`, { content: 'TOPSECRET' }, as(owner.token));
  const characterId = await makeCharacter(world, owner, { originStoryId: id, sourceType: 'IMPORTED' });
  const at = new Date();
  const [chapter, times] = [newId(), { created_at: at, updated_at: at }];
  await sql`insert into story_chapters ${sql({ id: chapter, story_id: id, no: 1, content: 'TOPSECRET' })}`;
  await sql`insert into story_episode_summaries ${sql({
    ...{ id: newId(), story_id: id, chapter_id: chapter, no: 1, short_brief: 'x', anchor_excerpt: 'x' },
    ...{ cumulative_summary: 'x', ...times },
  })}`;
  await sql`insert into chapter_purchases ${sql({
    ...{
      id: newId(),
      user_id: reader.id,
      story_id: id,
      chapter_no: 7,
      status: 'owned',
      attempted_at: at,
      created_at: at,
    },
  })}`;
  await sql`insert into story_extracted_characters ${sql({ id: newId(), story_id: id, name: 'Mina', character_id: characterId })}`;
  await sql`insert into media_assets ${sql({
    ...{ id: newId(), owner_id: owner.id, story_id: id, url: '/static/x.png', width: 1, height: 1 },
    ...{ provider: 'upload', phash: '0'.repeat(16) },
  })}`;
  const room = await world.client.post('/chat/start', { character_id: characterId }, as(reader.token));
  if (room.status !== 201) throw new Error(room.text);
  const [played] = await sql`
    insert into rooms (id, user_id, character_id, story_id, kind, title, snapshot, state)
    select ${newId()}, ${owner.id}, character_id, ${id}, 'origchat', title, snapshot, state from rooms where id = ${room.body.id}
    returning id`;
  await world.ctx.redis.commands.set(keys.storyStarts(id), 5);
  return { id, characterId, rooms: [room.body.id, played?.id as string] };
}

describe('deleting a story', () => {
  test('leaves a tombstone and no row in any table; its characters stay, and playing them answers 410', async () => {
    const { id, characterId, rooms } = await furnished();
    const before = await sql`select created_at from stories where id = ${id}`;
    const answer = await remove(id);
    expect([answer.status, Object.keys(answer.body)]).toEqual([200, ['message']]);
    const tables = await tablesOfStories();
    expect(tables.length).toBeGreaterThan(8);
    for (const table of tables) {
      const rows = await sql`select 1 from ${sql(table)} where story_id = ${id}`;
      expect([table, rows.length]).toEqual([table, 0]);
    }
    expect(await sql`select 1 from rooms where id = any(${rooms})`).toHaveLength(0);
    const [stone] = await sql`select * from stories where id = ${id}`;
    expect(stone).toMatchObject({
      creator_id: owner.id,
      created_at: before[0]?.created_at,
      deleted_at: expect.any(Date),
      ...{ title: '', content: '', summary: null, keywords: null, genre: null, cover_url: null, announcements: [] },
      ...{ is_public: false, is_origchat: false, like_count: 0, comment_count: 0, view_count: 0, chapter_count: 0 },
    });
    expect(await world.ctx.redis.commands.exists(keys.storyStarts(id))).toBe(0);
    expect((await sql`select origin_story_id from characters where id = ${characterId}`)[0]?.origin_story_id).toBe(id);
    for (const { token } of [owner, reader]) {
      expect((await world.client.post('/chat/start', { character_id: characterId }, { token })).status).toBe(410);
      expect((await world.client.get(`/stories/${id}`, { token })).status).toBe(404);
      expect((await remove(id, token)).status).toBe(404);
    }
    const lists = await world.client.get('/characters?search=Mina');
    expect(lists.text).not.toContain(characterId);
  });

  test('everything that refers to a story goes with it, by the database: new tables, too', async () => {
    const references = await sql`
      select c.conrelid::regclass::text as "table", c.confdeltype as "onDelete", c.condeferrable as deferrable
      from pg_constraint c where c.contype = 'f' and c.confrelid = 'stories'::regclass order by 1`;
    const kept = references
      .filter(({ onDelete }) => onDelete !== 'c')
      .map(({ table, deferrable }) => [table, deferrable]);
    // Characters refer to the tombstone; rooms are removed one by one, since points of running answers come back.
    expect(kept).toEqual([
      ['characters', true],
      ['rooms', false],
    ]);
    const referring = new Set(references.map(({ table }) => table));
    expect((await tablesOfStories()).filter((table) => !referring.has(table))).toEqual([]);
  });

  test('for its owner alone, once, whoever else tries at the same time', async () => {
    const { id } = await makeStory(world, owner);
    expect((await remove(id, reader.token)).body).toMatchObject({ status: 403, code: 'story.not_yours' });
    expect((await world.client.delete(`/stories/${id}`)).status).toBe(401);
    const answers = await Promise.all(Array.from({ length: 8 }, () => remove(id)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404, 404, 404, 404, 404]);
    expect(await sql`select 1 from stories where id = ${id} and deleted_at is not null`).toHaveLength(1);
  });

  test('likes, comments, edits and chapters at the same time leave nothing behind and fail cleanly', async () => {
    const people = await Promise.all(Array.from({ length: 6 }, () => signUp(world)));
    for (let round = 0; round < 6; round++) {
      const { id } = await makeStory(world, owner, { keywords: ['x'] });
      const [fan, critic] = people as [Person, Person];
      await world.client.post(`/stories/${id}/like`, undefined, { token: fan.token });
      const said = await world.client.post(`/stories/${id}/comments`, { content: 'x' }, { token: critic.token });
      const taking = [
        world.client.delete(`/stories/${id}/like`, { token: fan.token }),
        world.client.delete(`/stories/comments/${said.body.id}`, { token: critic.token }),
      ];
      const writing = people.flatMap(({ token }) => [
        world.client.post(`/stories/${id}/like`, undefined, { token }),
        world.client.post(`/stories/${id}/comments`, { content: 'x' }, { token }),
        world.client.put(`/stories/${id}`, { keywords: [`k${round}`] }, { token: owner.token }),
        world.client.post(`/stories/${id}/announcements`, { content: 'x' }, { token: owner.token }),
      ]);
      const [gone, ...answers] = await Promise.all([remove(id), ...taking, ...writing]);
      expect(gone?.status).toBe(200);
      for (const { status, text } of answers) expect(status < 500 ? 'clean' : `${status} ${text}`).toBe('clean');
      for (const table of await tablesOfStories())
        expect([table, (await sql`select 1 from ${sql(table)} where story_id = ${id}`).length]).toEqual([table, 0]);
      expect(await sql`select like_count, title from stories where id = ${id}`).toMatchObject([
        { like_count: 0, title: '' },
      ]);
    }
  });

  test('so do searches for persons, chapters, and readers who begin to play', async () => {
    const people = await Promise.all(Array.from({ length: 4 }, () => signUp(world)));
    for (let round = 0; round < 5; round++) {
      const { id } = await makeStory(world, owner);
      const character_id = await makeCharacter(world, owner, { originStoryId: id, sourceType: 'IMPORTED' });
      const { token } = owner;
      const chapter = { story_id: id, no: 1, content: 'Once.' };
      const [gone, ...answers] = await Promise.all([
        remove(id),
        world.client.post(`/stories/${id}/extracted-characters/rebuild-async`, null, { token }),
        world.client.post('/chapters', chapter, { token }),
        ...people.flatMap((person) =>
          [false, true].map((force_new) =>
            world.client.post(
              '/chat/origchat/start',
              { story_id: id, character_id, force_new },
              { token: person.token },
            ),
          ),
        ),
        ...people.map((person) => world.client.post('/chat/start', { character_id }, { token: person.token })),
      ]);
      expect(gone?.status).toBe(200);
      for (const { status, text } of answers) expect(status < 500 ? 'clean' : `${status} ${text}`).toBe('clean');
      for (const table of await tablesOfStories())
        expect([table, (await sql`select 1 from ${sql(table)} where story_id = ${id}`).length]).toEqual([table, 0]);
    }
  });

  test('a delete that fails half-way has not happened', async () => {
    const { id, rooms } = await furnished();
    // Something of another kind refers to the story and does not go.
    await sql`create table stubborn (story_id uuid references stories (id))`;
    await sql`insert into stubborn values (${id})`;
    try {
      expect((await remove(id)).status).toBe(500);
    } finally {
      await sql`drop table stubborn`;
    }
    expect((await world.client.get(`/stories/${id}`)).body).toMatchObject({
      like_count: 1,
      comment_count: 1,
      tags: ['a', 'b'],
    });
    expect(await sql`select 1 from rooms where id = any(${rooms})`).toHaveLength(2);
  });
});
