import { sql } from 'drizzle-orm';
import { storyChapters } from '../../../src/db/tables/chapters.ts';
import { stories } from '../../../src/db/tables/stories.ts';
import { newId } from '../../../src/lib/ids.ts';
import type { World } from '../../harness/world.ts';

/** A story of `creatorId`, straight into the table. */
export async function makeStory(world: World, creatorId: string, more: Partial<typeof stories.$inferInsert> = {}) {
  const id = newId();
  await world.ctx.db.pool.insert(stories).values({ id, creatorId, title: 'Rain', content: 'It rains.', ...more });
  return id;
}

/** Chapters by their numbers, straight into the table; no summaries follow. */
export async function putChapters(
  world: World,
  storyId: string,
  numbers: number[],
  text: (no: number) => string = (no) => `Chapter ${no}.`,
): Promise<string[]> {
  const rows = numbers.map((no) => ({ id: newId(), storyId, no, title: `No. ${no}`, content: text(no) }));
  await world.ctx.db.pool.insert(storyChapters).values(rows);
  return rows.map(({ id }) => id);
}

export async function viewsOf(world: World, table: 'stories' | 'story_chapters', id: string): Promise<number> {
  const [row] = await world.ctx.db.pool.execute(sql`select view_count from ${sql.identifier(table)} where id = ${id}`);
  return Number(row?.view_count);
}
