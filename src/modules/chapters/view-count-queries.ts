import { sql } from 'drizzle-orm';
import type { Tx } from '../../db/tx.ts';

/** Held first, in one order, so that two of these do not wait for each other. */
export async function addToViewCounts(tx: Tx, ids: string[], counts: number[]): Promise<void> {
  await tx.execute(sql`
    with counted as (
      select * from unnest(${sql.param(ids)}::uuid[], ${sql.param(counts)}::int[]) as counted(id, views)
    ), held as (
      select id from story_chapters where id in (select id from counted) order by id for no key update
    )
    update story_chapters c set view_count = c.view_count + counted.views
    from counted join held on held.id = counted.id where c.id = counted.id`);
}
