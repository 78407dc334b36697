import { and, eq, inArray, ne, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { metricCounts } from '../../db/tables/metrics.ts';
import type { StoredScope } from './count.ts';

/** Sums of what is written down for a day (YYYY-MM-DD), but for one generation. */
export async function findCounts(
  db: Db,
  { day, scope, fields, without }: { day: string; scope: StoredScope; fields?: string[]; without?: string },
) {
  return db
    .select({ name: metricCounts.name, value: sql<number>`sum(${metricCounts.value})`.mapWith(Number) })
    .from(metricCounts)
    .where(
      and(
        eq(metricCounts.day, day),
        eq(metricCounts.scope, scope),
        fields ? inArray(metricCounts.name, fields) : undefined,
        without ? ne(metricCounts.generation, without) : undefined,
      ),
    )
    .groupBy(metricCounts.name);
}

const BATCH_ROWS = 5_000;

/** Writes counts of one generation down. They only grow in it, so the greatest that was seen is the newest. */
export async function keepCounts(
  db: Db,
  key: { day: string; scope: StoredScope; generation: string },
  counts: Map<string, number>,
): Promise<void> {
  const rows = [...counts].map(([name, value]) => ({ name: name.slice(0, 200), value }));
  for (let from = 0; from < rows.length; from += BATCH_ROWS)
    await db.execute(sql`
      insert into metric_counts (day, scope, name, generation, value)
      select ${key.day}::date, ${key.scope}, given.name, ${key.generation}::uuid, given.value
      from json_to_recordset(${JSON.stringify(rows.slice(from, from + BATCH_ROWS))}::text::json)
        as given(name text, value bigint)
      on conflict (day, scope, name, generation) do update set value = excluded.value
      where excluded.value > metric_counts.value`);
}
