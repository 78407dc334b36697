/**
 * One state of the points protocol, as the model checker sees it: one user who starts with ten points, uses, one credit,
 * one settling worker. Every step of `steps.ts` is one script, one SQL statement, or one fault. A state is a row of small
 * numbers; the names below are its places.
 */
export const USES = 3;
/** Admissions of one tx that are told apart. */
export const ADMISSIONS = 3;
export const START_POINTS = 10;
export const CREDIT_POINTS = 5;
export const amountOf = (use: number): number => [6, 6, 3][use] ?? 0;

/** Where a use's request is: see `steps.ts`. */
export const Pc = { done: 0, use: 1, read: 2, look: 3, store: 4, settle: 5, ack: 6, takeBack: 7 } as const;
/** Where the settling worker is. */
export const Wc = { idle: 0, write: 1, ack: 2, takeBack: 3 } as const;
/** Where the credit is: not committed, to be told Redis twice, once more, told. */
export const Cc = { commit: 0, tell: 1, tellAgain: 2, done: 3 } as const;

let size = 0;
const place = (count = 1): number => {
  const at = size;
  size += count;
  return at;
};

/** Redis. `balance` is 0 when it is not loaded, else points + OFFSET. Pending and record hold admissions, outbox epochs. */
export const R = {
  balance: place(),
  balanceEpoch: place(),
  loadVersion: place(),
  creditSeen: place(),
  fence: place(),
  epoch: place(),
  window: place(),
  pending: place(USES),
  record: place(USES),
  outbox: place(USES * ADMISSIONS),
  inWindow: place(USES * ADMISSIONS),
};
export const REDIS_SIZE = size;
export const OFFSET = 40;

/** Postgres: `ledger` holds versions, `parked` the refused admissions. */
export const D = {
  balance: place(),
  version: place(),
  ledger: place(USES),
  credit: place(),
  parked: place(USES * ADMISSIONS),
};

/** The request of each use; `readEpoch` is the epoch when it took the entry in hand. */
export const P = {
  pc: place(USES),
  retried: place(USES),
  admission: place(USES),
  entryEpoch: place(USES),
  readEpoch: place(USES),
  seenPending: place(USES),
  seenSettled: place(USES),
  seenEpoch: place(USES),
  seenBalance: place(USES),
  seenVersion: place(USES),
  known: place(USES),
  inWindow: place(USES),
};

export const W = {
  pc: place(),
  use: place(),
  admission: place(),
  entryEpoch: place(),
  readEpoch: place(),
  known: place(),
};

export const C = { pc: place() };

/** Faults that happened. */
export const X = {
  expired: place(),
  crashes: place(),
  losses: place(),
  restarts: place(),
  pgDown: place(),
  pgWasDown: place(),
};

/**
 * What clients are told: `committed`; `journaled` as 1 + the losses until then; `promised`: the same per admission, from
 * the moment it could be told; `refused`: per admission, that Postgres said no; `broken`: 1 when Postgres refused what was
 * promised after the last loss, 2 when it wrote what it had refused.
 */
export const A = {
  committed: place(USES),
  journaled: place(USES),
  promised: place(USES * ADMISSIONS),
  refused: place(USES * ADMISSIONS),
  broken: place(),
};

/** An earlier state of Redis, to which a cut journal goes back. */
export const SNAPSHOT = { taken: place(), redis: place(REDIS_SIZE) };
export const SIZE = size;

export type State = Uint8Array;

export const slot = (use: number, admission: number): number => use * ADMISSIONS + admission - 1;
export const at = (state: State, index: number): number => state[index] ?? 0;

/** What the user could spend if everything were settled now. */
export function truth(s: State): number {
  let points = at(s, D.balance);
  for (let use = 0; use < USES; use += 1)
    if (at(s, R.pending + use) > 0 && at(s, D.ledger + use) === 0) points -= amountOf(use);
  return points;
}

/** The balance that Redis would admit uses from; undefined when it would load it first. */
export function spendable(s: State, epochs: boolean): number | undefined {
  if (at(s, R.balance) === 0 || (epochs && at(s, R.balanceEpoch) !== at(s, R.epoch))) return undefined;
  return at(s, R.balance) - OFFSET;
}
