import type { TSchema } from 'typebox';
import type { Model } from '../models.ts';
import type { ObjectCall, TextCall } from '../tasks.ts';

/** One way to answer calls. `gateway.ts` picks it and checks what it gives. */
export type Provider = {
  readonly name: 'offline' | 'openai-compatible';
  /** Pieces of prose. Throws the signal's reason when it aborts, else an `AppError` of `llm.*`. */
  streamText(call: TextCall, model: Model, signal: AbortSignal): AsyncIterable<string>;
  /** A value that `accept` took. Throws like `streamText`. */
  produce<T>(call: ObjectCall, model: Model, answer: AnswerShape<T>, signal: AbortSignal): Promise<T>;
};

/** What an object has to look like, and the check of it. */
export type AnswerShape<T> = {
  readonly schema: TSchema;
  check(value: unknown): { ok: true; value: T } | { ok: false; problems: string };
};
