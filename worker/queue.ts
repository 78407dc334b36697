import type { TaskList } from 'graphile-worker';
import type { Pool } from 'pg';
import type { Ctx } from '../src/context.ts';
import { beginShift, type Shift } from './shift.ts';

const RESTART_MS = 1_000;

export type Queue = {
  /** Resolves when jobs are taken for the first time. */
  ready: Promise<void>;
  /** The shift that takes jobs, if there is one at the moment. */
  current(): Shift | undefined;
  /** Begins a new shift; the present one takes no more jobs, ends those it has, and is not waited for. */
  startAnew(why: string): void;
  /** Stops taking jobs and resolves when the running ones have ended and are written down. */
  stop(): Promise<void>;
};

/**
 * Works on the queue until `stop`. graphile-worker gives up for good when a finished job cannot be written down (Postgres
 * restarting at that moment), and can lose its way without a word, so there may be several shifts, each under a pool id of
 * its own. What one left locked is taken over like a dead worker's.
 */
export function workOnQueue(ctx: Ctx, pool: Pool, taskList: TaskList): Queue {
  const first = Promise.withResolvers<void>();
  const stopping = Promise.withResolvers<void>();
  const shifts = new Set<Promise<void>>();
  let stopped = false;
  let current: Shift | undefined;
  let dismiss: (() => void) | undefined;

  const workOneShift = async () => {
    const shift = await beginShift(ctx, pool, taskList);
    const over = shift.over.finally(() => shifts.delete(over));
    shifts.add(over);
    const dismissed = new Promise<void>((resolve) => {
      dismiss = resolve;
    });
    current = shift;
    shift.present.then(
      () => {
        ctx.log.info('worker ready', { pool: shift.poolId });
        first.resolve();
      },
      () => undefined,
    );
    await Promise.race([over, dismissed, stopping.promise]);
    current = undefined;
    shift.end();
  };
  const done = (async () => {
    while (!stopped) {
      await workOneShift().catch((error: unknown) => ctx.log.warn('queue could not start', { error }));
      if (stopped) break;
      await Promise.race([stopping.promise, Bun.sleep(RESTART_MS)]);
    }
    await Promise.all(shifts);
  })();
  return {
    ready: first.promise,
    current: () => current,
    startAnew(why) {
      ctx.log.warn('queue starts anew', { why });
      dismiss?.();
    },
    async stop() {
      stopped = true;
      stopping.resolve();
      await done;
    },
  };
}
