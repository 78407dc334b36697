import type { Ctx } from '../../context.ts';
import { countPlayRooms } from './play-count-queries.ts';

/** How many rooms there are in which each of these stories is played; for counters that were lost. */
export async function playRoomsOf(ctx: Ctx, storyIds: string[]): Promise<Map<string, number>> {
  const rows = storyIds.length === 0 ? [] : await countPlayRooms(ctx.db.pool, storyIds);
  return new Map(rows.map(({ storyId, rooms }) => [storyId, rooms]));
}
