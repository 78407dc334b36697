/** The entity tag of a version that counts up. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/** Whether an If-Match header (RFC 9110, strong comparison) lets a change of this version through; without one, always. */
export function allowsVersion(ifMatch: string | undefined, version: number): boolean {
  if (ifMatch === undefined) return true;
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  return tags.includes('*') || tags.includes(etagOf(version));
}

/** Whether a caller has what `etag` names already: If-None-Match compares weakly (RFC 9110, 13.1.2). */
export function hasEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
