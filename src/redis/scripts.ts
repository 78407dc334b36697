import bucket from './lua/bucket.lua' with { type: 'text' };
import extractionMirror from './lua/extraction-mirror.lua' with { type: 'text' };
import leaseRelease from './lua/lease-release.lua' with { type: 'text' };
import leaseRenew from './lua/lease-renew.lua' with { type: 'text' };
import metricsCount from './lua/metrics-count.lua' with { type: 'text' };
import pointsAck from './lua/points-ack.lua' with { type: 'text' };
import pointsCompensate from './lua/points-compensate.lua' with { type: 'text' };
import pointsCredit from './lua/points-credit.lua' with { type: 'text' };
import pointsEpoch from './lua/points-epoch.lua' with { type: 'text' };
import pointsHydrateRead from './lua/points-hydrate-read.lua' with { type: 'text' };
import pointsHydrateWrite from './lua/points-hydrate-write.lua' with { type: 'text' };
import pointsRead from './lua/points-read.lua' with { type: 'text' };
import pointsUse from './lua/points-use.lua' with { type: 'text' };
import pointsVoid from './lua/points-void.lua' with { type: 'text' };
import presenceBeat from './lua/presence-beat.lua' with { type: 'text' };
import raiseNumber from './lua/raise-number.lua' with { type: 'text' };
import streamAppend from './lua/stream-append.lua' with { type: 'text' };
import viewsClaim from './lua/views-claim.lua' with { type: 'text' };
import viewsForget from './lua/views-forget.lua' with { type: 'text' };

/** Every Lua script by the name of its method. */
export const scriptSources = {
  takeToken: { lua: bucket, numberOfKeys: 1 },
  renewLease: { lua: leaseRenew, numberOfKeys: 1 },
  releaseLease: { lua: leaseRelease, numberOfKeys: 1 },
  mirrorExtraction: { lua: extractionMirror, numberOfKeys: 3 },
  appendToStream: { lua: streamAppend, numberOfKeys: 1 },
  raiseNumber: { lua: raiseNumber, numberOfKeys: 1 },
  pointsUse: { lua: pointsEpoch + pointsUse, numberOfKeys: 5 },
  pointsHydrateRead: { lua: pointsEpoch + pointsHydrateRead, numberOfKeys: 3 },
  pointsHydrateWrite: { lua: pointsEpoch + pointsHydrateWrite, numberOfKeys: 4 },
  // The number of keys is the first argument: three for each entry.
  pointsAck: { lua: pointsEpoch + pointsAck },
  pointsCompensate: { lua: pointsCompensate, numberOfKeys: 4 },
  pointsCredit: { lua: pointsEpoch + pointsCredit, numberOfKeys: 3 },
  pointsRead: { lua: pointsRead, numberOfKeys: 3 },
  pointsVoid: { lua: pointsVoid, numberOfKeys: 2 },
  // The number of keys is the first argument.
  metricsCount: { lua: metricsCount },
  viewsClaim: { lua: viewsClaim, numberOfKeys: 2 },
  viewsForget: { lua: viewsForget, numberOfKeys: 1 },
  presenceBeat: { lua: presenceBeat, numberOfKeys: 1 },
} as const;

/** Run id of the server, a fresh id, length of an epoch's window in ms: what each points script is told first. */
export type EpochArgs = [runId: string, freshId: string, windowMs: number];

/** Answers of points-use.lua. */
export type UseReply =
  | ['OK', after: string, entryId: string, epoch: string, inWindow: '0' | '1']
  | ['REPLAY', after: string, entryId: string, epoch: string, inWindow: '0' | '1', pending: 0 | 1]
  | ['SHORT', available: string]
  | ['REUSED' | 'VOID' | 'CHECK' | 'BACKLOG' | 'MISS'];

/** The methods that ioredis makes of them. Keys, arguments and answers are described in the Lua files. */
export type Scripts = {
  takeToken(key: string, burst: number, windowMs: number): Promise<number>;
  renewLease(key: string, token: string, ttlMs: number): Promise<0 | 1>;
  releaseLease(key: string, token: string): Promise<0 | 1>;
  appendToStream(key: string, ttlMs: number, ends: 0 | 1, ...idEventData: string[]): Promise<0 | 1>;
  raiseNumber(key: string, atLeast: number): Promise<number>;
  mirrorExtraction(...keysAndArgs: (string | number)[]): Promise<0 | 1>;
  pointsUse(...keysAndArgs: (string | number)[]): Promise<UseReply>;
  pointsHydrateRead(...keysAndArgs: (string | number)[]): Promise<[] | [epoch: string, pendingTxIds: string[]]>;
  pointsHydrateWrite(...keysAndArgs: (string | number)[]): Promise<0 | 1>;
  pointsAck(numberOfKeys: number, ...keysAndArgs: (string | number)[]): Promise<number>;
  pointsCompensate(...keysAndArgs: (string | number)[]): Promise<0 | 1>;
  pointsCredit(...keysAndArgs: (string | number)[]): Promise<0 | 1>;
  pointsRead(...keysAndArgs: (string | number)[]): Promise<[available: string, pending: string[]]>;
  pointsVoid(record: string, pending: string, txId: string, ttlSeconds: number): Promise<0 | 1>;
  presenceBeat(key: string, viewer: string, nowSeconds: number, ttlSeconds: number): Promise<1>;
  metricsCount(numberOfKeys: number, ...keysAndArgs: (string | number)[]): Promise<1>;
  viewsClaim(claimed: string, pending: string, freshId: string, maxCounters: number): Promise<string[]>;
  viewsForget(claimed: string, batchId: string): Promise<0 | 1>;
};
