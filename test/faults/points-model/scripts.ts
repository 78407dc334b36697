import { A, amountOf, at, CREDIT_POINTS, D, OFFSET, P, Pc, R, type State, slot, spendable, USES, X } from './state.ts';

/** The parts of the protocol that can be left out, to see whether the checker misses them. */
export type Protocol = {
  fence: boolean;
  loadVersion: boolean;
  epoch: boolean;
  window: boolean;
  recordedRefusal: boolean;
};

export const asBuilt: Protocol = { fence: true, loadVersion: true, epoch: true, window: true, recordedRefusal: true };

/** points-use.lua */
export function useScript(s: State, use: number, protocol: Protocol, admissions: number): void {
  const recorded = at(s, R.record + use);
  if (recorded > 0) {
    s[P.admission + use] = recorded;
    const entryEpoch = at(s, R.outbox + slot(use, recorded));
    s[P.entryEpoch + use] = entryEpoch;
    s[P.readEpoch + use] = at(s, R.epoch);
    s[P.inWindow + use] = at(s, R.inWindow + slot(use, recorded));
    s[P.pc + use] = Pc.settle;
    if (entryEpoch > 0) return;
    // No longer in the outbox: it is in the ledger.
    s[A.committed + use] = 1;
    s[P.admission + use] = 0;
    s[P.readEpoch + use] = 0;
    s[P.pc + use] = Pc.done;
    return;
  }
  const available = spendable(s, protocol.epoch);
  if (available === undefined) {
    s[P.pc + use] = Pc.read;
    return;
  }
  if (available < amountOf(use)) {
    s[P.pc + use] = Pc.done;
    return;
  }
  const admission = admissions + 1;
  s[R.balance] = at(s, R.balance) - amountOf(use);
  s[R.pending + use] = admission;
  s[R.record + use] = admission;
  s[R.outbox + slot(use, admission)] = at(s, R.epoch) + 1;
  const inWindow = protocol.window ? at(s, R.window) : 0;
  s[R.inWindow + slot(use, admission)] = inWindow;
  s[P.inWindow + use] = inWindow;
  s[A.promised + slot(use, admission)] = inWindow ? 0 : at(s, X.losses) + 1;
  s[P.admission + use] = admission;
  s[P.entryEpoch + use] = at(s, R.epoch) + 1;
  s[P.readEpoch + use] = at(s, R.epoch);
  s[P.pc + use] = Pc.settle;
}

/** points-hydrate-read.lua */
export function loadRead(s: State, use: number, protocol: Protocol): void {
  if (spendable(s, protocol.epoch) !== undefined) {
    s[P.pc + use] = Pc.use;
    return;
  }
  let pending = 0;
  for (let other = 0; other < USES; other += 1) if (at(s, R.pending + other) > 0) pending |= 1 << other;
  s[P.seenPending + use] = pending;
  s[P.seenEpoch + use] = at(s, R.epoch);
  s[P.pc + use] = Pc.look;
}

/** The one statement between the halves. */
export function loadLook(s: State, use: number): void {
  let settled = 0;
  for (let other = 0; other < USES; other += 1)
    if (at(s, P.seenPending + use) & (1 << other) && at(s, D.ledger + other) > 0) settled |= 1 << other;
  s[P.seenSettled + use] = settled;
  s[P.seenBalance + use] = at(s, D.balance);
  s[P.seenVersion + use] = at(s, D.version);
  s[P.pc + use] = Pc.store;
}

/** points-hydrate-write.lua */
export function loadStore(s: State, use: number, protocol: Protocol): void {
  const seen = at(s, P.seenPending + use);
  const settled = at(s, P.seenSettled + use);
  const version = at(s, P.seenVersion + use);
  let points = at(s, P.seenBalance + use);
  let moved = spendable(s, protocol.epoch) !== undefined;
  if (protocol.epoch && at(s, P.seenEpoch + use) !== at(s, R.epoch)) moved = true;
  if (protocol.fence && at(s, R.fence) > version) moved = true;
  for (let other = 0; other < USES; other += 1) {
    if (at(s, R.pending + other) === 0) continue;
    if (!(seen & (1 << other))) moved = true;
    if (!(settled & (1 << other))) points -= amountOf(other);
  }
  if (!moved) {
    s[R.balance] = points + OFFSET;
    s[R.balanceEpoch] = at(s, R.epoch);
    s[R.loadVersion] = version;
    s[R.creditSeen] = 0;
    s[R.fence] = Math.max(at(s, R.fence), version);
  }
  for (const field of [P.seenPending, P.seenSettled, P.seenEpoch, P.seenBalance, P.seenVersion]) s[field + use] = 0;
  s[P.pc + use] = Pc.use;
}

/** points_apply. Returns the verdict. */
export function apply(
  s: State,
  use: number,
  admission: number,
  protocol: Protocol,
): 'applied' | 'duplicate' | 'insufficient' {
  if (at(s, D.ledger + use) > 0) return 'duplicate';
  const place = D.parked + slot(use, admission);
  if (protocol.recordedRefusal && at(s, place) === 1) return 'insufficient';
  if (at(s, D.balance) < amountOf(use)) {
    if (protocol.recordedRefusal) s[place] = 1;
    s[A.refused + slot(use, admission)] = 1;
    // A promise that was made after the last loss has to be kept.
    if (at(s, A.promised + slot(use, admission)) === at(s, X.losses) + 1) s[A.broken] = 1;
    return 'insufficient';
  }
  if (at(s, A.refused + slot(use, admission)) === 1) s[A.broken] = 2;
  s[D.balance] = at(s, D.balance) - amountOf(use);
  s[D.version] = at(s, D.version) + 1;
  s[D.ledger + use] = at(s, D.version);
  return 'applied';
}

/** points-ack.lua */
export function ackScript(
  s: State,
  use: number,
  admission: number,
  entryEpoch: number,
  known: boolean,
  protocol: Protocol,
): void {
  const held = at(s, R.pending + use);
  const version = at(s, D.ledger + use);
  const heard = at(s, R.fence);
  s[R.pending + use] = 0;
  s[R.outbox + slot(use, admission)] = 0;
  s[R.inWindow + slot(use, admission)] = 0;
  const otherEpoch = protocol.epoch && entryEpoch !== at(s, R.epoch) + 1;
  if (otherEpoch || (protocol.fence && held === 0 && heard < version) || (held > 0 && (known || held !== admission)))
    unload(s);
  if (heard < version) s[R.fence] = version;
}

/** points-compensate.lua. */
export function takeBackScript(s: State, use: number, admission: number): void {
  s[R.outbox + slot(use, admission)] = 0;
  s[R.inWindow + slot(use, admission)] = 0;
  if (at(s, R.pending + use) !== admission) return;
  s[R.pending + use] = 0;
  s[R.record + use] = 0;
  unload(s);
}

/** points-credit.lua */
export function creditScript(s: State, protocol: Protocol): void {
  const version = at(s, D.credit);
  const loaded = spendable(s, protocol.epoch) !== undefined;
  if (loaded && !(protocol.loadVersion && at(s, R.loadVersion) >= version) && at(s, R.creditSeen) === 0) {
    s[R.balance] = at(s, R.balance) + CREDIT_POINTS;
    s[R.creditSeen] = 1;
  }
  s[R.fence] = Math.max(at(s, R.fence), version);
}

export function unload(s: State): void {
  for (const field of [R.balance, R.balanceEpoch, R.loadVersion, R.creditSeen]) s[field] = 0;
}
