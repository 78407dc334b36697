import OpenAI from 'openai';
import { type Static, type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { startWatch, type TimeLimits } from '../limits.ts';
import type { Message } from '../tasks.ts';
import { classify, cutStream, garbage, silence, UpstreamFailure } from './failures.ts';

/** One request to the upstream. */
export type Ask = {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly maxTokens?: number;
  readonly temperature?: number;
  /** The answer shall be JSON of this schema. */
  readonly schema?: TSchema;
};

/** Streams one answer. Throws an `UpstreamFailure`, or the signal's reason when it aborts. */
export type Upstream = (ask: Ask, limits: TimeLimits, signal: AbortSignal) => AsyncGenerator<string>;

/** Of a chunk, only what we read; some servers leave the rest out. */
const Chunk = Type.Object({
  choices: Type.Array(
    Type.Object({
      delta: Type.Optional(
        Type.Object({ content: Type.Optional(Type.Union([Type.String(), Type.Null()])) }),
      ),
      finish_reason: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    }),
  ),
});
const compiledChunk = Compile(Chunk);

/** A client of any OpenAI-compatible endpoint. It tries once; trying again is `retry.ts`'s business. */
export function openUpstream(baseUrl: string, apiKey: string): Upstream {
  const client = new OpenAI({
    baseURL: baseUrl,
    // Local servers need no key, but the library refuses to start without one.
    apiKey: apiKey || 'none',
    // What the library would read from the environment behind our back.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: 'off',
    maxRetries: 0,
  });

  return async function* ask({ model, messages, maxTokens, temperature, schema }, limits, signal) {
    const watch = startWatch(signal);
    try {
      watch.arm(limits.firstTokenMs, silence('first token', limits.firstTokenMs));
      const stream = await client.chat.completions.create(
        {
          model,
          messages: [...messages],
          stream: true,
          max_tokens: maxTokens,
          temperature,
          // Not strict: that would demand additionalProperties:false everywhere, and we check the answer ourselves.
          response_format: schema && {
            type: 'json_schema',
            json_schema: { name: 'answer', schema: schema as Record<string, unknown>, strict: false },
          },
        },
        // The library's own clock must not be faster than ours.
        { signal: watch.signal, timeout: limits.totalMs + 60_000 },
      );
      let finish: string | undefined;
      for await (const value of stream) {
        // The clock measures the upstream, not the reader who takes the piece.
        watch.disarm();
        const choice = parseChunk(value).choices[0];
        finish = choice?.finish_reason ?? finish;
        if (choice?.delta?.content) yield choice.delta.content;
        watch.arm(limits.betweenTokensMs, silence('next token', limits.betweenTokensMs));
      }
      // The library ends the loop quietly when the signal aborts and when the connection closes.
      watch.signal.throwIfAborted();
      checkFinish(finish);
    } catch (error) {
      watch.signal.throwIfAborted();
      throw classify(error);
    } finally {
      watch.close();
    }
  };
}

function parseChunk(value: unknown): Static<typeof Chunk> {
  if (!compiledChunk.Check(value)) throw garbage();
  return value;
}

/** `length` is a normal end: the caller asked for at most so many tokens. */
function checkFinish(reason: string | undefined): void {
  if (reason === undefined) throw cutStream();
  if (reason === 'stop' || reason === 'length') return;
  if (reason === 'error') throw new UpstreamFailure('llm.unavailable', 'retry', 'finished with an error');
  throw new UpstreamFailure('llm.bad_output', 'none', `finished with ${reason.slice(0, 40)}`);
}
