import { ConfigError, loadConfig } from '../src/config.ts';
import { closeContext, openContext } from '../src/context.ts';
import { guardProcess } from '../src/lib/crash-guard.ts';
import { createLogger } from '../src/lib/log.ts';
import { watchSupervisor } from '../src/lib/supervisor.ts';
import { handlers } from './handlers.ts';
import { StartError } from './start-error.ts';
import { startWorker } from './worker.ts';

/** Running jobs may go on for so long after SIGTERM; what is left then is taken over by another worker. */
const DRAIN_MS = 25_000;

async function main(): Promise<void> {
  const config = loadConfig();
  const log = createLogger(config.logLevel, { process: 'worker' });
  const stopping = new AbortController();
  const asked = Promise.withResolvers<void>();
  guardProcess(log, () => process.exit(1));
  // graphile-worker says some things past its logger; a log of JSON lines has no other lines.
  for (const method of ['error', 'trace'] as const)
    console[method] = (said: unknown) => log.warn('console', { said: String(said).slice(0, 300) });
  const stop = (why: string) => {
    if (stopping.signal.aborted) return;
    log.info('worker stopping', { why });
    stopping.abort();
    asked.resolve();
    setTimeout(() => {
      log.error('worker did not stop in time', { after_ms: DRAIN_MS });
      process.exit(1);
    }, DRAIN_MS);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal));
  watchSupervisor(() => stop('supervisor gone'));

  const ctx = await openContext(config, { log, stopping: stopping.signal });
  const worker = await startWorker(ctx, handlers);
  await asked.promise;
  await worker.stop();
  await closeContext(ctx);
  log.info('worker stopped');
  process.exit(0);
}

main().catch((error: unknown) => {
  const known = error instanceof ConfigError || error instanceof StartError;
  const sentence = known
    ? error.message
    : `The worker could not start: ${error instanceof Error ? error.message : String(error)}`;
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
});
