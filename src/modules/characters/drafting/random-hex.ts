/** Eight random hexadecimal digits, for ids inside a document. */
export function randomHex(): string {
  return crypto.getRandomValues(new Uint32Array(1))[0]?.toString(16).padStart(8, '0') ?? '';
}
