const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A new time-ordered id (UUIDv7, RFC 9562), so that indexes grow at their end. */
export function newId(): string {
  return Bun.randomUUIDv7();
}

/** A new id that tells nothing about when it was made (UUIDv4): for ids that guests own by knowing them. */
export function newSecretId(): string {
  return crypto.randomUUID();
}

export function isUuid(text: string): boolean {
  return UUID.test(text);
}
