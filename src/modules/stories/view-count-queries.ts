import { sql } from 'drizzle-orm';
import type { Tx } from '../../db/tx.ts';

type Counts = ReadonlyMap<string, number>;

const idsOf = (counts: Counts) => sql`${sql.param([...counts.keys()])}::uuid[]`;
const viewsOf = (counts: Counts) => sql`${sql.param([...counts.values()])}::int[]`;

/** Holds the stories in one order, so that two of these, or one and a deletion, do not wait for each other. */
export async function addToViewCounts(tx: Tx, ofStories: Counts, ofChapters: Counts): Promise<void> {
  await tx.execute(sql`
    with counted as (
      select id as story_id, views as own, views as total from unnest(${idsOf(ofStories)}, ${viewsOf(ofStories)}) as x(id, views)
      union all
      select c.story_id, 0, x.views from unnest(${idsOf(ofChapters)}, ${viewsOf(ofChapters)}) as x(id, views)
      join story_chapters c on c.id = x.id
    ), sums as (
      select story_id, sum(own)::int as own, sum(total)::int as total from counted group by story_id
    ), held as (
      select s.id from stories s join sums on sums.story_id = s.id order by s.id for no key update of s
    )
    update stories set view_count = view_count + sums.own, view_total = view_total + sums.total
    from held join sums on sums.story_id = held.id
    where stories.id = held.id`);
}
