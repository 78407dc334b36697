import type { Pool } from 'pg';
import type { Logger } from '../src/lib/log.ts';
import { PRESENCE_CLASS } from './presence.ts';
import type { Shift } from './shift.ts';

/**
 * How long a holder must be seen absent before its jobs are taken. A pool locks jobs a moment before it shows its presence,
 * and after a restart of Postgres everybody is absent for a moment.
 */
const ABSENT_MS = 2_000;
/** The same for a lock in our own name on a job we do not run; a finished job's row may be on its way out. */
const ORPHAN_MS = 5_000;

/** An idle worker asks for jobs every second; one that could not for so long has lost its way to them. */
const STALLED_MS = 5_000;

export type Reaper = {
  /** One look; takes what is overdue. Rejects when Postgres does not answer, and then begins to watch anew. */
  look(): Promise<void>;
};

type LockedJob = { id: string; pool: string };

const LOCKED_BY_NOBODY_ALIVE = `
  select job.id::text as id, job.locked_by as pool
  from graphile_worker.jobs job
  where job.locked_by is not null
    and case
      when job.locked_by = $2 then job.id <> all($3::bigint[])
      else not exists (
        select 1 from pg_locks held
        where held.locktype = 'advisory' and held.granted
          and held.database = (select oid from pg_database where datname = current_database())
          and held.classid = $1 and held.objsubid = 2
          and held.objid = (hashtext(job.locked_by)::bigint & 4294967295)::oid)
    end`;

/**
 * Frees the jobs of workers that died: without it the queue holds them for four hours. It also looks after our own shift,
 * and has it replaced by one of another name when a job is locked in its name that it does not run (the answer to its
 * fetch was lost with the connection), or when it fetches none although Postgres answers us.
 */
export function createReaper(
  pool: Pool,
  shift: () => Shift | undefined,
  startAnew: (why: string) => void,
  log: Logger,
): Reaper {
  const seenSince = new Map<string, number>();
  let answersSince = Number.POSITIVE_INFINITY;

  const overdue = (jobs: LockedJob[], poolId: string): LockedJob[] => {
    const now = performance.now();
    const present = new Set(jobs.map((job) => `${job.pool}/${job.id}`));
    for (const key of seenSince.keys()) if (!present.has(key)) seenSince.delete(key);
    return jobs.filter((job) => {
      const key = `${job.pool}/${job.id}`;
      const since = seenSince.get(key) ?? now;
      seenSince.set(key, since);
      return now - since >= (job.pool === poolId ? ORPHAN_MS : ABSENT_MS);
    });
  };

  const look = async () => {
    const me = shift();
    if (!me) return;
    const { rows } = await pool.query<LockedJob>(LOCKED_BY_NOBODY_ALIVE, [PRESENCE_CLASS, me.poolId, [...me.running]]);
    answersSince = Math.min(answersSince, performance.now());
    const taken = overdue(rows, me.poolId);
    const dead = [...new Set(taken.map((job) => job.pool).filter((id) => id !== me.poolId))];
    if (dead.length > 0) {
      await pool.query('select graphile_worker.force_unlock_workers($1::text[])', [dead]);
      log.warn('took over the jobs of workers that are gone', { pools: dead, jobs: taken.length });
    }
    if (taken.some((job) => job.pool === me.poolId)) startAnew('a job is locked in our name that we do not run');
    else if (Math.min(me.stalledMs(), performance.now() - answersSince) > STALLED_MS)
      startAnew('no job could be fetched although the database answers');
  };
  return {
    async look() {
      try {
        await look();
      } catch (error) {
        seenSince.clear();
        answersSince = Number.POSITIVE_INFINITY;
        throw error;
      }
    },
  };
}
