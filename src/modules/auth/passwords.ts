import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import pLimit from 'p-limit';
import { fail } from '../../lib/errors.ts';
import { PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS, passwordFault } from './password-rule.ts';

/** `Algorithm.Argon2id`: a const enum, which modules compiled one by one cannot read. */
const ARGON2ID = 2;
/** argon2id with the parameters of the OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane. */
const PARAMETERS = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const CURRENT_PREFIX = '$argon2id$v=19$m=19456,t=2,p=1$';

/** One hash per core: more at once would be no faster and take 19 MiB each. */
const hashing = pLimit(availableParallelism());
const MAX_WAITING = 500;

function queued<T>(work: () => Promise<T>): Promise<T> {
  if (hashing.pendingCount >= MAX_WAITING) throw fail('http.unavailable', { retryAfterSeconds: 2 });
  return hashing(work);
}

export async function hashPassword(password: string): Promise<string> {
  return queued(() => hash(password, PARAMETERS));
}

let decoy: Promise<string> | undefined;

/**
 * Compares a password with a stored hash. Without one (no such account) it does the same work against a decoy, so that
 * the answer's time tells nothing.
 */
export async function checkPassword(stored: string | undefined, password: string): Promise<boolean> {
  decoy ??= hashPassword(crypto.randomUUID());
  const against = stored ?? (await decoy);
  const matches = await queued(() => verify(against, password).catch(() => false));
  return matches && stored !== undefined;
}

/** True when a stored hash was made with other parameters than today's. */
export function isOutdated(stored: string): boolean {
  return !stored.startsWith(CURRENT_PREFIX);
}

/** Throws the 400 that says which part of the rule a new password breaks. */
export function requireGoodPassword(password: string): void {
  const fault = passwordFault(password);
  if (fault === 'length')
    throw fail('auth.password_length', { params: { min: PASSWORD_MIN_CHARS, max: PASSWORD_MAX_CHARS } });
  if (fault === 'mix') throw fail('auth.password_mix');
}
