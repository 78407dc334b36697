import type { Redis } from 'ioredis';

const known = new WeakMap<Redis, { runId?: string; generation: number }>();

/**
 * The id of the server process behind a connection; another one after a restart. It is asked for once per connection, and
 * forgotten the moment that connection is lost, so what is sent with it can only reach the server it belongs to.
 */
export async function serverRunId(redis: Redis): Promise<string> {
  const entry = known.get(redis) ?? watch(redis);
  if (entry.runId !== undefined) return entry.runId;
  const { generation } = entry;
  const runId = /^run_id:(\w+)/m.exec(await redis.info('server'))?.[1];
  if (runId === undefined) throw new Error('Redis does not tell its run_id');
  if (generation === entry.generation) entry.runId = runId;
  return runId;
}

function watch(redis: Redis): { runId?: string; generation: number } {
  const entry: { runId?: string; generation: number } = { generation: 0 };
  redis.on('close', () => {
    entry.generation += 1;
    entry.runId = undefined;
  });
  known.set(redis, entry);
  return entry;
}
