/** A failure that no repetition cures: a job that throws it is given up at once. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError';
}
