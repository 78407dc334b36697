import { type App, died, stopApps } from './apps.ts';
import { explain } from './failure.ts';
import { ending } from './process.ts';
import type { Server } from './server.ts';

/** What `up` runs, so that it can be stopped in order from any point of the start. */
export type Household = {
  /** Aborted when the end has begun: a start under way gives up at its next step. */
  readonly stopping: AbortSignal;
  /** Takes in a server that has started. */
  addServer(kind: ServerKind, server: Server): void;
  /** Takes in a program that has started. */
  addApp(app: App): void;
  /** From now on the end of this program ends everything: half a system would only look alive. */
  mustLive(app: App): void;
  /** Something to do after everything has stopped. */
  atEnd(action: () => void): void;
  /** Stops apps, then Redis, then Postgres, and ends the process. Only the first call counts. */
  shutdown(code: number, why: string): void;
};

/** How long a start may take to notice that it should give up. */
const GIVE_UP_MS = 20_000;

export type ServerKind = 'Postgres' | 'Redis';

/** A household with nothing in it. `started` settles when the start is over, either way. */
export function createHousehold(started: Promise<void>): Household {
  const stopping = new AbortController();
  const servers = new Map<ServerKind, Server>();
  const apps: App[] = [];
  const finalActions: (() => void)[] = [];

  async function stopAll(): Promise<void> {
    await stopApps(apps);
    // By now the start has given up, too; what it had begun in the meantime is known.
    await Promise.race([started, Bun.sleep(GIVE_UP_MS)]);
    await stopApps(apps);
    await servers.get('Redis')?.stop();
    await servers.get('Postgres')?.stop();
    for (const action of finalActions) action();
  }

  function shutdown(code: number, why: string): void {
    if (stopping.signal.aborted) return;
    stopping.abort();
    const hasParts = servers.size > 0 || apps.length > 0;
    if (hasParts) console.log(`\nStopping: ${why}.`);
    void stopAll().finally(() => {
      if (hasParts) console.log('Everything is stopped.');
      process.exit(code);
    });
  }

  function watch(name: string, ended: Promise<unknown>, describe: () => string): void {
    void ended.then(() => {
      if (stopping.signal.aborted) return;
      console.error(`\n${describe()}`);
      shutdown(1, `${name} ended`);
    });
  }

  return {
    stopping: stopping.signal,
    addServer(kind, server) {
      servers.set(kind, server);
      watch(kind, server.child.exited, () => `${kind} ended (${ending(server.child)}).`);
    },
    addApp: (app) => void apps.push(app),
    mustLive: (app) => watch(`the ${app.name}`, app.child.exited, () => explain(died(app))),
    atEnd: (action) => void finalActions.push(action),
    shutdown,
  };
}
