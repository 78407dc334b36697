import { sql } from 'drizzle-orm';
import type { Tx } from '../db/tx.ts';
import { type TaskName, type TaskPayload, tasks } from './catalogue.ts';

type EnqueueOptions = {
  /** Jobs with one key are one job while it waits. */
  jobKey?: string;
  runAt?: Date;
  /** Jobs of one lane run one after the other, however many workers there are. */
  lane?: string;
};

/**
 * Puts a job into the queue inside the caller's transaction: it exists if and only if that commits.
 * The payload goes as text, since drizzle replaces the JSON serializer of postgres.js and would encode it twice.
 */
export async function enqueue<Name extends TaskName>(
  tx: Tx,
  name: Name,
  payload: TaskPayload<Name>,
  { jobKey, runAt, lane }: EnqueueOptions = {},
): Promise<void> {
  await tx.execute(sql`
    select graphile_worker.add_job(
      ${name}, ${JSON.stringify(payload)}::text::json,
      queue_name => ${lane ?? null}, job_key => ${jobKey ?? null}, run_at => ${runAt?.toISOString() ?? null}::timestamptz, max_attempts => ${tasks[name].maxAttempts}
    )`);
}
