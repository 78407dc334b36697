import { sql } from 'drizzle-orm';
import { stories } from '../../db/tables/stories.ts';
import type { Tx } from '../../db/tx.ts';

export async function addToViewCounts(tx: Tx, ids: string[], counts: number[]): Promise<void> {
  await tx.execute(sql`
    update ${stories} set view_count = view_count + counted.views
    from unnest(${sql.param(ids)}::uuid[], ${sql.param(counts)}::int[]) as counted(id, views)
    where ${stories.id} = counted.id`);
}
