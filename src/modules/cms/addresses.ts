/** What a browser would read differently than it looks, or not at all. */
const STRANGE = /[\s\\<>"'`{}|^\p{C}]/u;

/**
 * Whether a page may load or open this: nothing, a path of this site (uploads have such), https, or any address of our
 * own. No `javascript:`, no `data:`, no `//elsewhere`, nobody's password in it.
 */
export function isAllowedAddress(address: string, ownOrigins: readonly string[]): boolean {
  if (address === '') return true;
  if (STRANGE.test(address)) return false;
  if (address.startsWith('/')) return !address.startsWith('//');
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return false;
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || ownOrigins.includes(url.origin);
}

/** An old http address of somebody else, as browsers ask for it today. */
export function secured(address: string, ownOrigins: readonly string[]): string {
  return isAllowedAddress(address, ownOrigins) ? address : address.replace(/^http:\/\//i, 'https://');
}
