import { faultSteps } from './faults.ts';
import {
  ackScript,
  apply,
  creditScript,
  loadLook,
  loadRead,
  loadStore,
  type Protocol,
  takeBackScript,
  useScript,
} from './scripts.ts';
import {
  A,
  ADMISSIONS,
  at,
  C,
  Cc,
  CREDIT_POINTS,
  D,
  P,
  Pc,
  R,
  SIZE,
  START_POINTS,
  type State,
  slot,
  W,
  Wc,
  X,
} from './state.ts';

/** What may happen in a run of the checker, and how often. */
export type Setting = {
  uses: number[];
  credit: boolean;
  expiries: number;
  crashes: number;
  /** FLUSHALL or a wiped folder. */
  losses: number;
  /** The journal loses its tail: Redis goes back to an earlier state. */
  cuts: number;
  restarts: number;
  outages: number;
};

export type Step = [name: string, next: State];

export function initial(setting: Setting): State {
  const s = new Uint8Array(SIZE);
  s[D.balance] = START_POINTS;
  for (const use of setting.uses) s[P.pc + use] = Pc.use;
  s[C.pc] = setting.credit ? Cc.commit : Cc.done;
  return s;
}

/** Every step that can be taken in a state. */
export function stepsFrom(s: State, setting: Setting, protocol: Protocol): Step[] {
  const steps: Step[] = [];
  const go = (name: string, change: (next: State) => void) => {
    const next = s.slice();
    change(next);
    steps.push([name, next]);
  };
  for (const use of setting.uses) requestSteps(s, use, setting, protocol, go);
  creditSteps(s, protocol, go);
  workerSteps(s, setting, protocol, go);
  faultSteps(s, setting, protocol, go);
  return steps;
}

export type Go = (name: string, change: (next: State) => void) => void;

function requestSteps(s: State, use: number, setting: Setting, protocol: Protocol, go: Go): void {
  const pc = at(s, P.pc + use);
  const up = at(s, X.pgDown) === 0;
  const name = `use ${use + 1}`;
  if (pc === Pc.use) {
    const admissions = admissionsOf(s, use);
    if (admissions < ADMISSIONS) go(`${name}: USE`, (n) => useScript(n, use, protocol, admissions));
  }
  if (pc === Pc.read) go(`${name}: load, read`, (n) => loadRead(n, use, protocol));
  if (pc === Pc.look && up) go(`${name}: load, look`, (n) => loadLook(n, use));
  if (pc === Pc.store) go(`${name}: load, store`, (n) => loadStore(n, use, protocol));
  if (pc === Pc.settle) settleSteps(s, use, protocol, go);
  if (pc === Pc.ack)
    go(`${name}: ACK`, (n) => {
      ackScript(n, use, at(n, P.admission + use), at(n, P.entryEpoch + use), at(n, P.known + use) === 1, protocol);
      endRequest(n, use);
    });
  if (pc === Pc.takeBack)
    go(`${name}: COMPENSATE`, (n) => {
      takeBackScript(n, use, at(n, P.admission + use));
      endRequest(n, use);
    });
  // Before it is admitted, a request that dies is as one that never came.
  if (pc >= Pc.settle && at(s, X.crashes) < setting.crashes)
    go(`${name}: crash`, (n) => {
      n[X.crashes] = at(n, X.crashes) + 1;
      const retried = at(n, P.retried + use);
      endRequest(n, use);
      // A client repeats once, with the same tx.
      if (retried === 0) {
        n[P.retried + use] = 1;
        n[P.pc + use] = Pc.use;
      }
    });
}

function settleSteps(s: State, use: number, protocol: Protocol, go: Go): void {
  const name = `use ${use + 1}`;
  const admission = at(s, P.admission + use);
  if (at(s, X.pgDown) === 0)
    go(`${name}: SQL`, (n) => {
      const verdict = apply(n, use, admission, protocol);
      n[P.known + use] = verdict === 'duplicate' ? 1 : 0;
      n[P.pc + use] = verdict === 'insufficient' ? Pc.takeBack : Pc.ack;
      if (verdict !== 'insufficient') n[A.committed + use] = 1;
    });
  // The answer was decided by the script, so it stands for what was known then.
  const promise = at(s, A.promised + slot(use, admission));
  if (at(s, P.inWindow + use) === 0)
    go(`${name}: answered journaled`, (n) => {
      n[A.journaled + use] = promise;
      endRequest(n, use);
    });
  if (at(s, X.pgDown) === 1) go(`${name}: unsettled`, (n) => endRequest(n, use));
}

function endRequest(n: State, use: number): void {
  for (const field of Object.values(P)) if (field !== P.retried) n[field + use] = 0;
}

/** The highest admission that anything still knows of. */
function admissionsOf(s: State, use: number): number {
  let highest = at(s, R.pending + use);
  if (at(s, W.pc) !== Wc.idle && at(s, W.use) === use) highest = Math.max(highest, at(s, W.admission));
  for (let admission = 1; admission <= ADMISSIONS; admission += 1)
    if (at(s, R.outbox + slot(use, admission)) > 0 || at(s, D.parked + slot(use, admission)) > 0)
      highest = Math.max(highest, admission);
  return highest;
}

function creditSteps(s: State, protocol: Protocol, go: Go): void {
  const pc = at(s, C.pc);
  if (pc === Cc.commit && at(s, X.pgDown) === 0)
    go('credit: SQL', (n) => {
      n[D.balance] = at(n, D.balance) + CREDIT_POINTS;
      n[D.version] = at(n, D.version) + 1;
      n[D.credit] = at(n, D.version);
      n[C.pc] = Cc.tell;
    });
  if (pc === Cc.tell || pc === Cc.tellAgain)
    go('credit: CREDIT', (n) => {
      creditScript(n, protocol);
      n[C.pc] = pc + 1;
    });
}

function workerSteps(s: State, setting: Setting, protocol: Protocol, go: Go): void {
  const pc = at(s, W.pc);
  const use = at(s, W.use);
  const admission = at(s, W.admission);
  const rest = (n: State) => {
    for (const field of Object.values(W)) n[field] = 0;
  };
  if (pc === Wc.idle)
    for (const each of setting.uses)
      for (let entry = 1; entry <= ADMISSIONS; entry += 1)
        if (at(s, R.outbox + slot(each, entry)) > 0)
          go(`worker: takes use ${each + 1}`, (n) => {
            n[W.pc] = Wc.write;
            n[W.use] = each;
            n[W.admission] = entry;
            n[W.entryEpoch] = at(n, R.outbox + slot(each, entry));
            n[W.readEpoch] = at(n, R.epoch);
          });
  if (pc === Wc.write && at(s, X.pgDown) === 0)
    go('worker: SQL', (n) => {
      const verdict = apply(n, use, admission, protocol);
      n[W.known] = verdict === 'duplicate' ? 1 : 0;
      n[W.pc] = verdict === 'insufficient' ? Wc.takeBack : Wc.ack;
    });
  if (pc === Wc.ack)
    go('worker: ACK', (n) => {
      ackScript(n, use, admission, at(n, W.entryEpoch), at(n, W.known) === 1, protocol);
      rest(n);
    });
  if (pc === Wc.takeBack)
    go('worker: COMPENSATE', (n) => {
      takeBackScript(n, use, admission);
      rest(n);
    });
  if (pc !== Wc.idle && at(s, X.crashes) < setting.crashes)
    go('worker: crash', (n) => {
      n[X.crashes] = at(n, X.crashes) + 1;
      rest(n);
    });
}
