/**
 * Every Redis key of the system: name, type, lifetime and writer. All of them may be lost (Postgres remembers), but for
 * the points keys, whose promise README states.
 */
export const keys = {
  /** string "1", 24 h; set by verify-email, deleted by register. The name is part of the contract. */
  preverifiedEmail: (email: string) => `auth:preverified_email:${email}`,
  /** string JSON, 60 s; a session as requests see it. Revoking writes a tombstone that outlives the access token. */
  session: (sessionId: string) => `auth:sid:${sessionId}`,
  /** hash {tokens, at}, as long as a full refill takes; written by the limiter's script. */
  rateLimit: (policy: string, subject: string) => `rl:${policy}:${subject}`,
  /** stream of {kind, data}, 1 h after the last event; written by the process that writes the story. */
  generationEvents: (jobId: string) => `gen:${jobId}:events`,
  /** string "1", 10 s; renewed by each worker, read by /ready. */
  workerSeen: () => 'worker:seen',
} as const;

/** Lifetimes in seconds, beside the keys they belong to. */
export const ttlSeconds = {
  preverifiedEmail: 86_400,
  session: 60,
  generationEvents: 3_600,
  workerSeen: 10,
} as const;
