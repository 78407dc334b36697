import { sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';

/** How many rooms there are in which each of these stories is played; stories without any are left out. */
export async function countPlayRooms(db: Db, storyIds: string[]): Promise<{ storyId: string; rooms: number }[]> {
  const rows = await db.execute<{ storyId: string; rooms: number }>(sql`
    select story_id as "storyId", count(*)::int as rooms from rooms
    where story_id = any(${sql.param(storyIds)}::uuid[]) and kind = 'origchat' group by story_id`);
  return [...rows];
}
