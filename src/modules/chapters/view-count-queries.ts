import { sql } from 'drizzle-orm';
import { storyChapters } from '../../db/tables/chapters.ts';
import type { Tx } from '../../db/tx.ts';

export async function addToViewCounts(tx: Tx, ids: string[], counts: number[]): Promise<void> {
  await tx.execute(sql`
    update ${storyChapters} set view_count = view_count + counted.views
    from unnest(${sql.param(ids)}::uuid[], ${sql.param(counts)}::int[]) as counted(id, views)
    where ${storyChapters.id} = counted.id`);
}
