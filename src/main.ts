import { ConfigError, loadConfig } from './config.ts';
import { closeContext, openContext } from './context.ts';
import { createFetch } from './fetch.ts';
import { guardProcess } from './lib/crash-guard.ts';
import { createLogger } from './lib/log.ts';
import { watchSupervisor } from './lib/supervisor.ts';

/** How long stories that are being written may go on after SIGTERM. */
const DRAIN_MS = 25_000;
/** Bun's own idle timer; streams and slow routes lift it for themselves. */
const IDLE_SECONDS = 30;
/** Above the largest upload; the routes have lower limits of their own. */
const MAX_BODY_BYTES = 110 * 1_048_576;

async function main(): Promise<void> {
  const config = loadConfig();
  const log = createLogger(config.logLevel, { process: 'api' });
  const stopping = new AbortController();
  const ctx = await openContext(config, { log, stopping: stopping.signal });
  const handle = createFetch(ctx);
  const server = Bun.serve({
    hostname: config.host,
    port: config.port,
    reusePort: false,
    idleTimeout: IDLE_SECONDS,
    maxRequestBodySize: MAX_BODY_BYTES,
    fetch: handle,
  });
  log.info('listening', { address: server.url.href });

  let stopped: Promise<void> | undefined;
  const stop = (why: string, code: number) => {
    stopped ??= (async () => {
      log.info('stopping', { why });
      const deadline = setTimeout(() => process.exit(1), DRAIN_MS + 3_000);
      // Nothing new comes in; readers are told to leave, so that they come back to another instance.
      const closed = server.stop();
      stopping.abort();
      await Promise.race([Promise.allSettled(ctx.background), Bun.sleep(DRAIN_MS)]);
      await Promise.race([closed, Bun.sleep(2_000)]);
      await server.stop(true);
      await closeContext(ctx);
      clearTimeout(deadline);
      process.exit(code);
    })();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal, 0));
  guardProcess(log, () => stop('fatal error', 1));
  watchSupervisor(() => stop('supervisor gone', 0));
}

main().catch((error: unknown) => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const sentence =
    error instanceof ConfigError
      ? error.message
      : code === 'EADDRINUSE'
        ? 'The port is taken by another process. Set PORT to a free one.'
        : `The API could not start: ${error instanceof Error ? error.message : String(error)}`;
  console.error(sentence);
  process.exit(1);
});
