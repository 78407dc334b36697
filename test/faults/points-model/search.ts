import type { Protocol } from './scripts.ts';
import { A, ADMISSIONS, at, C, Cc, D, P, Pc, R, type State, slot, spendable, truth, W, Wc, X } from './state.ts';
import { initial, type Setting, stepsFrom } from './steps.ts';

export type Found = { fault: string; trace: string[] };
export type Report = { states: number; quiet: number; found: Found[] };

/**
 * Visits every state that can be reached, breadth first, so that a trace is as short as can be. `stopAt` faults are
 * enough. Throws when there are more than `limit` states: then nothing is proven.
 */
export function search(setting: Setting, protocol: Protocol, { stopAt = 3, limit = 3_000_000 } = {}): Report {
  const indexOf = new Map<string, number>();
  const parents: number[] = [];
  const names: string[] = [];
  let frontier: State[] = [];
  const report: Report = { states: 0, quiet: 0, found: [] };
  const add = (state: State, parent: number, name: string, next: State[]) => {
    const key = keyOf(state);
    if (indexOf.has(key)) return;
    indexOf.set(key, parents.length);
    parents.push(parent);
    names.push(name);
    next.push(state);
  };
  add(initial(setting), -1, 'start', frontier);
  while (frontier.length > 0) {
    const next: State[] = [];
    for (const state of frontier) {
      const index = indexOf.get(keyOf(state)) ?? 0;
      report.states += 1;
      const quiet = isQuiet(state, setting, protocol);
      if (quiet) report.quiet += 1;
      const fault = faultOf(state, setting, protocol, quiet);
      if (fault !== undefined) {
        report.found.push({ fault, trace: traceTo(index, parents, names) });
        if (report.found.length >= stopAt) return report;
        continue;
      }
      for (const [name, successor] of stepsFrom(state, setting, protocol)) add(successor, index, name, next);
    }
    if (parents.length > limit) throw new Error(`more than ${limit} states`);
    frontier = next;
  }
  return report;
}

function keyOf(state: State): string {
  return Buffer.from(state.buffer, state.byteOffset, state.byteLength).toString('latin1');
}

function traceTo(index: number, parents: number[], names: string[]): string[] {
  const trace: string[] = [];
  for (let place = index; place >= 0; place = parents[place] ?? -1) trace.unshift(names[place] ?? '');
  return trace;
}

/** Nothing is under way: every request is answered, everything journaled is settled. */
function isQuiet(s: State, { uses }: Setting, protocol: Protocol): boolean {
  if (at(s, C.pc) !== Cc.done || at(s, W.pc) !== Wc.idle || at(s, X.pgDown) === 1) return false;
  if (protocol.window && at(s, R.window) === 1) return false;
  return uses.every((use) => {
    if (at(s, P.pc + use) !== Pc.done) return false;
    for (let admission = 1; admission <= ADMISSIONS; admission += 1)
      if (at(s, R.outbox + slot(use, admission)) > 0) return false;
    return true;
  });
}

/** What is wrong in a state; undefined when nothing is. */
function faultOf(s: State, { uses }: Setting, protocol: Protocol, quiet: boolean): string | undefined {
  // A Uint8Array wraps: a negative balance would be a huge one.
  if (at(s, D.balance) > 100) return 'the settled balance is negative';
  const losses = at(s, X.losses);
  for (const use of uses) {
    const inLedger = at(s, D.ledger + use) > 0;
    if (at(s, A.committed + use) === 1 && !inLedger)
      return `use ${use + 1} was promised as committed and is not in the ledger`;
    const promised = at(s, A.journaled + use);
    let journaled = false;
    for (let admission = 1; admission <= ADMISSIONS; admission += 1)
      journaled ||= at(s, R.outbox + slot(use, admission)) > 0;
    if (promised === losses + 1 && !inLedger && !journaled)
      return `use ${use + 1} was promised as journaled and is lost`;
  }
  if (at(s, A.broken) === 1) return 'Postgres refused a use that was promised after the last loss';
  if (at(s, A.broken) === 2) return 'a use that was refused to its user is in the ledger';
  const available = spendable(s, protocol.epoch);
  if (available === undefined) return undefined;
  if (losses === 0 && available > truth(s)) return `Redis admits ${available}, there are ${truth(s)}`;
  if (quiet && available !== truth(s)) return `at rest Redis has ${available}, there are ${truth(s)}`;
  return undefined;
}
