import { Logger, runOnce } from 'graphile-worker';
import pg from 'pg';
import { handlers } from '../../worker/handlers.ts';
import { buildTaskList } from '../../worker/task-list.ts';
import type { World } from './world.ts';

/** Runs every job that is due, with the worker's own handlers, in this process. */
export async function runJobs(world: World): Promise<void> {
  const pgPool = new pg.Pool({ connectionString: world.stores.databaseUrl, max: 4 });
  // An idle connection may be cut by the database's end before it is closed.
  pgPool.on('error', () => undefined);
  pgPool.on('connect', (connection) => connection.on('error', () => undefined));
  await runOnce({
    pgPool,
    taskList: buildTaskList(world.ctx, handlers),
    concurrency: 2,
    noHandleSignals: true,
    logger: new Logger(() => () => undefined),
  });
  await pgPool.end();
}

export type OutboxMail = {
  to: string;
  subject: string;
  text: string;
  html: string;
  links: string[];
  created_at: string;
};

/** The development outbox of one address, newest first. */
export async function outboxOf(world: World, address: string): Promise<OutboxMail[]> {
  return (await world.client.get(`/dev/outbox.json?to=${encodeURIComponent(address)}`)).body;
}

/** The token of the newest mailed link. */
export async function newestToken(world: World, address: string): Promise<string> {
  const [mail] = await outboxOf(world, address);
  const token = mail && new URL(mail.links[0] as string).searchParams.get('token');
  if (!token) throw new Error(`no link was mailed to ${address}`);
  return token;
}
