import type { Logger } from '../../lib/log.ts';
import { DEFAULT_LIMITS, pause, startWatch, type TimeLimits, type Watch } from '../limits.ts';
import type { Model } from '../models.ts';
import { extractJson } from '../shape.ts';
import type { LlmCall, Message } from '../tasks.ts';
import { silence, UpstreamFailure } from './failures.ts';
import type { AnswerShape, Provider } from './provider.ts';
import { askWithRetries, type Retrying } from './retry.ts';
import { type Ask, openUpstream } from './upstream.ts';

type Options = { baseUrl: string; apiKey: string; fallbackModel: string };

/** Answers through any OpenAI-compatible endpoint. It reads the messages of a call and never its facts. */
export function openOpenAiCompatible(options: Options, log: Logger, wait: Retrying['pause'] = pause): Provider {
  const { fallbackModel } = options;
  const retrying = { upstream: openUpstream(options.baseUrl, options.apiKey), fallbackModel, log, pause: wait };
  return {
    name: 'openai-compatible',
    async *streamText(call, model, signal) {
      const { limits, watch } = begin(call, signal);
      try {
        yield* askWithRetries(retrying, askOf(call, model, fallbackModel), limits, watch.signal);
      } catch (error) {
        throw leaving(error);
      } finally {
        watch.close();
      }
    },
    async produce(call, model, answer, signal) {
      const { limits, watch } = begin(call, signal);
      try {
        return await askForObject(retrying, askOf(call, model, fallbackModel), answer, limits, watch.signal);
      } catch (error) {
        throw leaving(error);
      } finally {
        watch.close();
      }
    },
  };
}

function begin(call: LlmCall, signal: AbortSignal): { limits: TimeLimits; watch: Watch } {
  signal.throwIfAborted();
  const limits = { ...DEFAULT_LIMITS, ...call.limits };
  const watch = startWatch(signal);
  watch.arm(limits.totalMs, silence('end', limits.totalMs));
  return { limits, watch };
}

function askOf({ messages, maxTokens, temperature, spare }: LlmCall, model: Model, fallbackModel: string): Ask {
  return { model: spare && fallbackModel ? fallbackModel : model.upstream, messages, maxTokens, temperature };
}

function leaving(error: unknown): unknown {
  return error instanceof UpstreamFailure ? error.toAppError() : error;
}

/** Asks for JSON, and once more with the list of its mistakes. Throws an `UpstreamFailure` when it is still wrong then. */
async function askForObject<T>(
  retrying: Retrying,
  ask: Ask,
  answer: AnswerShape<T>,
  limits: TimeLimits,
  signal: AbortSignal,
): Promise<T> {
  const request = { ...ask, schema: answer.schema };
  const first = await collect(askWithRetries(retrying, request, limits, signal));
  const checked = answer.check(extractJson(first));
  if (checked.ok) return checked.value;
  retrying.log.warn('llm.repair', { model: ask.model, problems: checked.problems });
  const repair = { ...request, messages: [...ask.messages, ...repairMessages(first, checked.problems)] };
  const second = answer.check(extractJson(await collect(askWithRetries(retrying, repair, limits, signal))));
  if (second.ok) return second.value;
  throw new UpstreamFailure('llm.bad_output', 'none', `not of the schema: ${second.problems}`);
}

function repairMessages(answer: string, problems: string): Message[] {
  return [
    { role: 'assistant', content: answer },
    {
      role: 'user',
      content: `That is not valid: ${problems}. Send the whole corrected JSON again, and nothing else.`,
    },
  ];
}

async function collect(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}
