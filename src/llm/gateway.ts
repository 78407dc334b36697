import type { Static, TSchema } from 'typebox';
import type { Config } from '../config.ts';
import type { Logger } from '../lib/log.ts';
import { type ModelTable, openModels } from './models.ts';
import { openOffline } from './providers/offline/index.ts';
import { openOpenAiCompatible } from './providers/openai-compatible.ts';
import type { Provider } from './providers/provider.ts';
import { shapeOf } from './shape.ts';
import type { ObjectCall, TextCall } from './tasks.ts';

/**
 * The language model, as the services see it. Both verbs throw `llm.unavailable`, `llm.timeout` or `llm.bad_output`
 * (`AppError`), or the signal's reason when it aborts; the upstream request ends with them.
 */
export type Llm = {
  /** Pieces of prose as they come. Whoever stops reading ends the request. An error may come after pieces. */
  streamText(call: TextCall, signal: AbortSignal): AsyncIterable<string>;
  /** One object that fits `schema`: unknown keys dropped, at most one repair. Pass the same schema object each time: it is compiled once. */
  produce<S extends TSchema>(call: ObjectCall, schema: S, signal: AbortSignal): Promise<Static<S>>;
  /** Who answers; `model` is the upstream name of the default model. */
  describe(): { provider: Provider['name']; model: string };
  readonly models: ModelTable;
};

/**
 * Opens the provider that the configuration names: `offline` without `LLM_BASE_URL`. Throws an `Error` naming the bad
 * variable. Bun runs at most 256 fetches at a time unless `BUN_CONFIG_MAX_HTTP_REQUESTS` is in the environment when the
 * process starts (setting it later does nothing), so whoever starts the API sets it.
 */
export function openLlm(config: Config['llm'], log: Logger): Llm {
  checkConfig(config);
  const offline = config.baseUrl === '';
  const models = openModels(offline ? 'offline' : config.model, config.models);
  const provider = offline ? openOffline(config.offlineCharsPerSecond) : openOpenAiCompatible(config, log);
  return {
    streamText: (call, signal) => provider.streamText(call, models.find(call.model), signal),
    produce: (call, schema, signal) => provider.produce(call, models.find(call.model), shapeOf(schema), signal),
    describe: () => ({ provider: provider.name, model: models.find(undefined).upstream }),
    models,
  };
}

/** Half a configuration is a mistake; answering offline instead would hide it. */
function checkConfig({ baseUrl, apiKey, model, fallbackModel }: Config['llm']): void {
  if (baseUrl === '') {
    if (apiKey || model || fallbackModel) throw new Error('LLM_BASE_URL is not set, but other LLM_ variables are');
    return;
  }
  if (!URL.canParse(baseUrl) || !/^https?:$/.test(new URL(baseUrl).protocol))
    throw new Error('LLM_BASE_URL must be an http(s) address');
  if (model === '') throw new Error('LLM_MODEL is not set, but LLM_BASE_URL is');
}
