import bucket from './lua/bucket.lua' with { type: 'text' };
import leaseRelease from './lua/lease-release.lua' with { type: 'text' };
import leaseRenew from './lua/lease-renew.lua' with { type: 'text' };
import streamAppend from './lua/stream-append.lua' with { type: 'text' };

/** Every Lua script by the name of its method. */
export const scriptSources = {
  takeToken: { lua: bucket, numberOfKeys: 1 },
  renewLease: { lua: leaseRenew, numberOfKeys: 1 },
  releaseLease: { lua: leaseRelease, numberOfKeys: 1 },
  appendToStream: { lua: streamAppend, numberOfKeys: 1 },
} as const;

/** The methods that ioredis makes of them. Keys, arguments and answers are described in the Lua files. */
export type Scripts = {
  takeToken(key: string, burst: number, windowMs: number): Promise<number>;
  renewLease(key: string, token: string, ttlMs: number): Promise<0 | 1>;
  releaseLease(key: string, token: string): Promise<0 | 1>;
  appendToStream(key: string, ttlMs: number, ends: 0 | 1, ...idEventData: string[]): Promise<0 | 1>;
};
