import { type Protocol, unload } from './scripts.ts';
import { at, P, Pc, R, REDIS_SIZE, SNAPSHOT, type State, spendable, W, Wc, X } from './state.ts';
import type { Go, Setting } from './steps.ts';

/** What goes wrong: data lost, servers started anew or away, lifetimes over. */
export function faultSteps(s: State, setting: Setting, protocol: Protocol, go: Go): void {
  let pending = 0;
  for (const use of setting.uses) pending += at(s, R.pending + use);
  if (at(s, X.expired) < setting.expiries && spendable(s, false) !== undefined && pending === 0)
    go('balance expires', (n) => {
      unload(n);
      n[X.expired] = at(n, X.expired) + 1;
    });
  const epoch = at(s, R.epoch);
  if (at(s, X.losses) < setting.losses)
    go('FLUSH', (n) => {
      n.fill(0, 0, REDIS_SIZE);
      newEpoch(n, epoch);
      n[X.losses] = at(n, X.losses) + 1;
    });
  if (setting.cuts > 0 && at(s, SNAPSHOT.taken) === 0)
    go('the disk is here', (n) => {
      n.copyWithin(SNAPSHOT.redis, 0, REDIS_SIZE);
      n[SNAPSHOT.taken] = 1;
    });
  if (at(s, SNAPSHOT.taken) === 1 && at(s, X.losses) < setting.cuts)
    go('CUT', (n) => {
      n.copyWithin(0, SNAPSHOT.redis, SNAPSHOT.redis + REDIS_SIZE);
      n.fill(0, SNAPSHOT.redis, SNAPSHOT.redis + REDIS_SIZE);
      n[SNAPSHOT.taken] = 2;
      newEpoch(n, epoch);
      n[X.losses] = at(n, X.losses) + 1;
    });
  if (at(s, X.restarts) < setting.restarts)
    go('restart', (n) => {
      newEpoch(n, epoch);
      n[X.restarts] = at(n, X.restarts) + 1;
    });
  // No statement lives as long as the window: `points_apply` refuses what was read before it.
  if (protocol.window && at(s, R.window) === 1 && !statementFromBefore(s, setting, epoch))
    go('window closes', (n) => {
      n[R.window] = 0;
      n[R.epoch] = epoch + 1;
    });
  if (setting.outages > 0 && at(s, X.pgWasDown) === 0)
    go('Postgres goes', (n) => {
      n[X.pgDown] = 1;
      n[X.pgWasDown] = 1;
    });
  if (at(s, X.pgDown) === 1) go('Postgres comes', (n) => n.fill(0, X.pgDown, X.pgDown + 1));
}

function newEpoch(n: State, before: number): void {
  n[R.epoch] = before + 1;
  n[R.window] = 1;
}

function statementFromBefore(s: State, setting: Setting, epoch: number): boolean {
  if (at(s, W.pc) === Wc.write && at(s, W.readEpoch) !== epoch) return true;
  return setting.uses.some((use) => at(s, P.pc + use) === Pc.settle && at(s, P.readEpoch + use) !== epoch);
}
