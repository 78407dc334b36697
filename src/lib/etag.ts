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
