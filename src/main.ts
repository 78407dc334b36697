import type { Server } from 'bun';
import { ConfigError, loadConfig } from './config.ts';
import { type Ctx, closeContext, openContext } from './context.ts';
import { createFetch } from './fetch.ts';
import { guardProcess } from './lib/crash-guard.ts';
import { createLogger } from './lib/log.ts';
import { watchSupervisor } from './lib/supervisor.ts';
import { stateRedisFaults } from './redis/state.ts';

/** How long stories that are being written may go on after SIGTERM. */
const DRAIN_MS = 25_000;
/** Answers that are being sent when the rest is done. */
const LAST_ANSWERS_MS = 2_000;
/** Bun's own idle timer; streams and slow routes lift it for themselves. */
const IDLE_SECONDS = 30;
/** Above the largest upload; the routes have lower limits of their own. */
const MAX_BODY_BYTES = 110 * 1_048_576;

async function main(): Promise<void> {
  const config = loadConfig();
  const log = createLogger(config.logLevel, { process: 'api' });
  const stopping = new AbortController();
  const ctx = await openContext(config, { log, stopping: stopping.signal });
  await checkStateRedis(ctx);
  const server = Bun.serve({
    hostname: config.host,
    port: config.port,
    reusePort: false,
    idleTimeout: IDLE_SECONDS,
    maxRequestBodySize: MAX_BODY_BYTES,
    fetch: createFetch(ctx),
  });
  log.info('listening', { address: server.url.href });

  let isStopping = false;
  const stop = (why: string, code: number) => {
    if (isStopping) return;
    isStopping = true;
    log.info('stopping', { why });
    setTimeout(() => process.exit(1), DRAIN_MS + 2 * LAST_ANSWERS_MS);
    drain(ctx, server, stopping).then(
      () => process.exit(code),
      () => process.exit(1),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal, 0));
  guardProcess(log, () => stop('fatal error', 1));
  watchSupervisor(() => stop('supervisor gone', 0));
}

/** Balances live in Redis: settings under which it may lose them stop production. One that is away cannot be asked. */
async function checkStateRedis({ config, redis, log }: Ctx): Promise<void> {
  const { faults, unknown } = await stateRedisFaults(redis.commands);
  if (unknown !== undefined) log.warn('the settings of Redis could not be checked', { why: unknown });
  if (faults.length === 0) return;
  if (config.production) throw new ConfigError(`The Redis of REDIS_URL may lose points: ${faults.join('; ')}`);
  log.warn('this Redis may lose points', { faults });
}

/** Takes nothing new, sends readers to another instance, lets running stories end, then closes everything. */
async function drain(ctx: Ctx, server: Server<unknown>, stopping: AbortController): Promise<void> {
  const answered = server.stop();
  stopping.abort();
  await Promise.race([Promise.allSettled(ctx.background), Bun.sleep(DRAIN_MS)]);
  await Promise.race([answered, Bun.sleep(LAST_ANSWERS_MS)]);
  await server.stop(true);
  await closeContext(ctx);
}

/** A start that failed for a reason a person can act on is one sentence. */
function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
    return 'The port is taken by another process. Set PORT to a free one.';
  return `The API could not start: ${error instanceof Error ? error.message : String(error)}`;
}

main().catch((error: unknown) => {
  console.error(explain(error));
  process.exit(1);
});
