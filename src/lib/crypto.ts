import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** Keyed digest (HMAC-SHA256, base64url). `purpose` separates uses of one key, so that no digest fits two of them. */
export function mac(key: string, purpose: string, message: string): string {
  return createHmac('sha256', key).update(`${purpose}\n${message}`).digest('base64url');
}

/** Compares two texts in a time that tells nothing of where they differ. */
export function sameText(left: string, right: string): boolean {
  const a = createHash('sha256').update(left).digest();
  const b = createHash('sha256').update(right).digest();
  return timingSafeEqual(a, b);
}
