import { createHash } from 'node:crypto';

/**
 * The tx id of a cause: the same cause is always the same id, so the ledger's primary key makes it happen once. The id is
 * a UUID of version 8 (RFC 9562, section 5.8) over SHA-256.
 */
export function txIdOf(cause: string): string {
  const bytes = createHash('sha256').update(`points\n${cause}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
