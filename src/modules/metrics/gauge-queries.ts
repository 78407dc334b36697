import { sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';

export type StoreState = {
  ready: number;
  running: number;
  scheduled: number;
  dead: number;
  oldestReadySeconds: number;
  parked: number;
  runningTurns: number;
  connections: { state: string; count: number }[];
};

/** Everything that Postgres tells of the state of things, in one statement. */
export async function findStoreState(db: Db): Promise<StoreState | undefined> {
  const [row] = await db.execute<StoreState>(sql`
    with jobs as (
      select locked_at is not null as running, attempts >= max_attempts and locked_at is null as dead,
        run_at <= now() as due, run_at
      from graphile_worker.jobs
    )
    select
      (select count(*) filter (where due and not running and not dead) from jobs)::int as ready,
      (select count(*) filter (where running) from jobs)::int as running,
      (select count(*) filter (where not due and not running and not dead) from jobs)::int as scheduled,
      (select count(*) filter (where dead) from jobs)::int as dead,
      (select coalesce(extract(epoch from now() - min(run_at) filter (where due and not running and not dead)), 0)
        from jobs)::float8 as "oldestReadySeconds",
      (select count(*) from point_parked where promised)::int as parked,
      (select count(*) from turns where status = 'running')::int as "runningTurns",
      (select coalesce(json_agg(c), '[]') from (
        select coalesce(state, 'other') as state, count(*)::int as count from pg_stat_activity
        where datname = current_database() and application_name like 'fabula%' group by 1) c) as connections`);
  return row;
}
