import { DrizzleQueryError } from 'drizzle-orm';
import type { JobHelpers, Task, TaskList } from 'graphile-worker';
import { Compile } from 'typebox/compile';
import type { Ctx } from '../src/context.ts';
import { PermanentError } from '../src/lib/permanent.ts';
import { type TaskName, tasks } from '../src/queue/catalogue.ts';
import type { Handlers } from './handlers.ts';
import { StartError } from './start-error.ts';

type AnyHandler = (ctx: Ctx, payload: unknown) => Promise<unknown>;

/**
 * The queue's tasks: each parses its payload, runs its handler and writes one log line, which never tells what the
 * payload says. Throws a `StartError` when a task has no handler.
 */
export function buildTaskList(ctx: Ctx, handlers: Partial<Handlers>): TaskList {
  const names = Object.keys(tasks) as TaskName[];
  const missing = names.filter((name) => handlers[name] === undefined);
  if (missing.length > 0)
    throw new StartError(`The worker has no handler for: ${missing.join(', ')}. Add it to worker/handlers.ts.`);
  // The payload's type was checked where the handler was written down; here it is checked by its schema.
  return Object.fromEntries(names.map((name) => [name, buildTask(ctx, name, handlers[name] as AnyHandler)]));
}

function buildTask(ctx: Ctx, name: TaskName, handler: AnyHandler): Task {
  const schema = Compile(tasks[name].payload);
  return async (payload, helpers) => {
    const { id, attempts, max_attempts } = helpers.job;
    const startedAt = performance.now();
    const line = (outcome: 'done' | 'retry' | 'failed') => ({
      task: name,
      job: id,
      attempt: attempts,
      ms: Math.round(performance.now() - startedAt),
      outcome,
    });
    try {
      if (!schema.Check(payload)) throw new PermanentError('The payload does not fit its schema');
      await handler(ctx, payload);
    } catch (error) {
      const final = error instanceof PermanentError || attempts >= max_attempts;
      if (final) ctx.log.error('job', { ...line('failed'), error: loggable(error) });
      else ctx.log.warn('job', { ...line('retry'), error: loggable(error) });
      if (error instanceof PermanentError) await giveUp(helpers);
      throw loggable(error);
    }
    ctx.log.info('job', line('done'));
  };
}

/** Drizzle's message quotes the parameters of the query, thus the payload; its cause says what was wrong. */
function loggable(error: unknown): unknown {
  return error instanceof DrizzleQueryError ? (error.cause ?? new Error('A query failed')) : error;
}

/**
 * Makes this try the job's last. The queue has no word for that while a job is locked, so its own table is told; the row
 * stays as evidence until housekeeping takes it.
 */
async function giveUp({ query, job }: JobHelpers): Promise<void> {
  await query('update graphile_worker._private_jobs set max_attempts = attempts where id = $1', [job.id]);
}
