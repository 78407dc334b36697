import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import postgres from 'postgres';
import { withTx } from '../../../src/db/tx.ts';
import { newId } from '../../../src/lib/ids.ts';
import { chapterRemoved, chapterWritten, setOrigchat } from '../../../src/modules/stories/chapter-facts.ts';
import { rankedStories, storyListItems } from '../../../src/modules/stories/list-items.ts';
import { addStoryViews } from '../../../src/modules/stories/view-count.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
let sql: postgres.Sql;
let owner: Person;
beforeAll(async () => {
  world = await createWorld();
  sql = postgres(world.stores.databaseUrl, { max: 2 });
  owner = await signUp(world);
});
afterAll(async () => {
  await sql.end();
  await world.close();
});

async function insertStory(fields: Record<string, unknown> = {}): Promise<string> {
  const row = { id: newId(), creator_id: owner.id, title: 'T', content: 'A text.', ...fields };
  await sql`insert into stories ${sql(row)}`;
  return row.id;
}
const write = (storyId: string, no: number, at = new Date()) =>
  withTx(world.ctx.db, async (tx) => {
    await tx.execute(
      `insert into story_chapters (id, story_id, no, content, created_at) values ('${newId()}', '${storyId}', ${no}, 'x', '${at.toISOString()}')`,
    );
    await chapterWritten(tx, storyId, at);
  });
const factsOf = async (id: string) =>
  (
    await sql`select chapter_count, last_chapter_at, view_total, updated_at::text as updated from stories where id = ${id}`
  )[0] ?? {};

describe('what a story tells of its chapters', () => {
  test('written at once, removed at once: the counter equals the rows, the edit date stays', async () => {
    const id = await insertStory();
    const { updated } = await factsOf(id);
    const last = new Date(Date.now() + 60_000);
    await Promise.all(Array.from({ length: 12 }, (_, no) => write(id, no, no === 5 ? last : new Date())));
    expect(await factsOf(id)).toMatchObject({ chapter_count: 12, last_chapter_at: last, updated });
    await Promise.all(
      Array.from({ length: 8 }, (_, no) =>
        withTx(world.ctx.db, async (tx) => {
          await tx.execute(`delete from story_chapters where story_id = '${id}' and no = ${no}`);
          await chapterRemoved(tx, id);
        }),
      ),
    );
    const facts = await factsOf(id);
    expect(facts).toMatchObject({ chapter_count: 4, updated });
    expect(facts.last_chapter_at.getTime()).toBeLessThan(last.getTime());
  });

  test('a chapter that fails is not counted; none is written for a story that is gone', async () => {
    const id = await insertStory();
    await write(id, 1);
    await expect(write(id, 1)).rejects.toThrow();
    expect(await factsOf(id)).toMatchObject({ chapter_count: 1 });
    const gone = await insertStory({ is_public: false, deleted_at: new Date() });
    await expect(write(gone, 1)).rejects.toMatchObject({ code: 'story.not_found' });
    for (const change of [chapterRemoved, setOrigchat])
      await expect(withTx(world.ctx.db, (tx) => change(tx, gone, true))).rejects.toMatchObject({
        code: 'story.not_found',
      });
    expect(await sql`select 1 from story_chapters where story_id = ${gone}`).toHaveLength(0);
  });

  test('views are summed over the story and its chapters', async () => {
    const [id, other] = [await insertStory({ view_count: 3 }), await insertStory({ view_count: 1 })];
    await write(id, 1);
    await sql`update story_chapters set view_count = 4 where story_id = ${id}`;
    await sql`update stories set view_total = 7 where id = ${id}`;
    const [chapter] = await sql`select id from story_chapters where story_id = ${id}`;
    const counts = {
      story: new Map([
        [id, 2],
        [other, 5],
        [newId(), 1],
      ]),
      chapter: new Map([
        [String(chapter?.id), 10],
        [newId(), 1],
      ]),
    };
    await withTx(world.ctx.db, (tx) => addStoryViews(tx, counts));
    expect([(await factsOf(id)).view_total, (await factsOf(other)).view_total]).toEqual([19, 5]);
    expect((await sql`select view_count from stories where id = ${id}`)[0]?.view_count).toBe(5);
    await withTx(world.ctx.db, async (tx) => {
      await tx.execute(`delete from story_chapters where story_id = '${id}'`);
      await chapterRemoved(tx, id);
    });
    expect((await factsOf(id)).view_total).toBe(5);
  });

  test('whether it can be played is set without an edit', async () => {
    const id = await insertStory();
    const { updated } = await factsOf(id);
    for (const value of [true, true, false]) {
      await withTx(world.ctx.db, (tx) => setOrigchat(tx, id, value));
      const [row] = await sql`select is_origchat, updated_at::text as updated from stories where id = ${id}`;
      expect(row).toEqual({ is_origchat: value, updated });
    }
  });
});

test('list entries by ids keep their order and leave out what lists do not show', async () => {
  const ids = [
    await insertStory({ title: 'A', content: '  a\n\n line ', summary: null }),
    await insertStory({ title: 'private', is_public: false }),
    await insertStory({ title: 'B', view_total: 9_000_000 }),
  ] as [string, string, string];
  const items = await storyListItems(world.ctx, [ids[2], newId(), ids[1], ids[0], ids[2]]);
  expect(items.map(({ title }) => title)).toEqual(['B', 'A']);
  expect(items[1]).toMatchObject({
    excerpt: 'a line',
    creator_username: owner.username,
    extracted_characters: [],
    tags: [],
  });
  expect(await storyListItems(world.ctx, [])).toEqual([]);
  const ranked = await rankedStories(world.ctx, { limit: 1 });
  expect(ranked.map(({ title }) => title)).toEqual(['B']);
});
