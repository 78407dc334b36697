import { mac, sameText } from './crypto.ts';
import { isUuid } from './ids.ts';

/** What a mailed link is for; a link of one kind never passes as another. */
export type MailPurpose = 'verify' | 'reset';

const MAX_TOKEN_CHARS = 200;

function tokenMac(secret: string, purpose: MailPurpose, id: string): string {
  return mac(secret, `mail:${purpose}`, id);
}

/**
 * The token of a mailed link: `<row id>.<mac>`. It is computed, never stored: a copy of the table opens nothing, and a
 * mail job that is tried again sends the very same mail.
 */
export function mailTokenText(secret: string, purpose: MailPurpose, id: string): string {
  return `${id}.${tokenMac(secret, purpose, id)}`;
}

/** The row id of an authentic token of this purpose; undefined for anything else. */
export function parseMailToken(secret: string, purpose: MailPurpose, text: string): string | undefined {
  if (text.length > MAX_TOKEN_CHARS) return undefined;
  const dot = text.indexOf('.');
  const id = text.slice(0, dot);
  if (dot < 0 || !isUuid(id)) return undefined;
  return sameText(text.slice(dot + 1), tokenMac(secret, purpose, id)) ? id : undefined;
}
