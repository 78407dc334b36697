import type { Logger } from '../src/lib/log.ts';

export type Ticker = {
  /** Resolves when no run is under way any more. */
  stop(): Promise<void>;
};

/**
 * Runs `work` now and then every `everyMs`, never two at once. A failure is logged when it begins and when it is over,
 * not once per beat: the reason is nearly always that a server is away.
 */
export function startTicker(name: string, everyMs: number, work: () => Promise<unknown>, log: Logger): Ticker {
  let running: Promise<void> | undefined;
  let failing = false;
  const run = async () => {
    try {
      await work();
      if (failing) log.info('ticker works again', { ticker: name });
      failing = false;
    } catch (error) {
      if (!failing) log.warn('ticker failed', { ticker: name, error });
      failing = true;
    }
  };
  const beat = () => {
    running ??= run().finally(() => {
      running = undefined;
    });
  };
  beat();
  const timer = setInterval(beat, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
