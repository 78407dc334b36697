import OpenAI from 'openai';
import { type Static, type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { startWatch, type TimeLimits } from '../limits.ts';
import type { Message } from '../tasks.ts';
import { classify, cutStream, garbage, type Option, refusedOption, silence, UpstreamFailure } from './failures.ts';

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
const Text = Type.Optional(Type.Union([Type.String(), Type.Null()]));
const Chunk = Type.Object({
  choices: Type.Array(Type.Object({ delta: Type.Optional(Type.Object({ content: Text })), finish_reason: Text })),
});
const compiledChunk = Compile(Chunk);

/** How long a server that has finished may take to say so. */
const GOODBYE_MS = 1_000;

/** A client of any OpenAI-compatible endpoint. It tries once; trying again is the business of `retry.ts`. */
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
  /** Options that a model refused once; they are not sent to it again. */
  const refusals = new Map<string, Set<Option>>();

  return async function* ask(request, limits, signal) {
    const known = refusals.get(request.model) ?? new Set<Option>();
    refusals.set(request.model, known);
    // A copy: calls beside this one may learn something while it runs.
    const refused = new Set(known);
    const watch = startWatch(signal);
    let finish: string | undefined;
    try {
      watch.arm(limits.firstTokenMs, silence('first token', limits.firstTokenMs));
      // The library's own clock must not be faster than ours; it takes whole milliseconds only.
      const options = { signal: watch.signal, timeout: Math.ceil(limits.totalMs) + 60_000 };
      const stream = await client.chat.completions.create(requestBody(request, refused), options);
      for await (const value of stream) {
        // The clock measures the upstream, not the reader who takes the piece.
        watch.disarm();
        const choice = parseChunk(value).choices[0];
        finish = choice?.finish_reason ?? finish;
        if (choice?.delta?.content) yield choice.delta.content;
        const limitMs = finish === undefined ? limits.betweenTokensMs : Math.min(limits.betweenTokensMs, GOODBYE_MS);
        watch.arm(limitMs, silence('next token', limitMs));
      }
      // The library ends the loop quietly when the signal aborts and when the connection closes.
      watch.signal.throwIfAborted();
    } catch (error) {
      signal.throwIfAborted();
      // Once the answer is whole, it does not matter how the connection ends.
      if (finish === undefined) {
        watch.signal.throwIfAborted();
        const option = refusedOption(error);
        if (option === undefined || refused.has(option)) throw classify(error);
        known.add(option);
        throw new UpstreamFailure('llm.unavailable', 'again', `the upstream does not know ${option}`);
      }
    } finally {
      watch.close();
    }
    checkFinish(finish);
  };
}

function requestBody({ model, messages, maxTokens, temperature, schema }: Ask, refused: ReadonlySet<Option>) {
  const tellSchema = schema !== undefined && refused.has('response_format');
  return {
    model,
    messages: tellSchema ? [...messages, schemaMessage(schema)] : [...messages],
    stream: true,
    // The older name is the one that all other servers know.
    ...(refused.has('max_tokens') ? { max_completion_tokens: maxTokens } : { max_tokens: maxTokens }),
    temperature: refused.has('temperature') ? undefined : temperature,
    response_format: tellSchema ? undefined : responseFormat(schema),
  } as const;
}

function responseFormat(schema: TSchema | undefined) {
  if (!schema) return undefined;
  // Not strict: that would demand additionalProperties:false everywhere, and the answer is checked anyway.
  const answer = { name: 'answer', schema: schema as Record<string, unknown>, strict: false };
  return { type: 'json_schema', json_schema: answer } as const;
}

function schemaMessage(schema: TSchema): Message {
  return {
    role: 'system',
    content: `Answer with nothing but one JSON value that fits this JSON Schema:\n${JSON.stringify(schema)}`,
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
