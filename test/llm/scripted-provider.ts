import { createLogger } from '../../src/lib/log.ts';
import { openOpenAiCompatible } from '../../src/llm/providers/openai-compatible.ts';
import type { TextCall } from '../../src/llm/tasks.ts';
import { type Script, startScriptedOpenAi } from './scripted-openai.ts';

const facts = { prompt: 'a clock', keywords: [], genre: null, tone: 'neutral', targetChars: 500, chapters: 1 };
export const call: TextCall<'story.plan.concept'> = {
  task: 'story.plan.concept',
  messages: [{ role: 'user', content: 'a clock' }],
  facts,
  language: 'en',
};
export const model = { id: 'standard', upstream: 'main', pricePoints: 0, contextTokens: 8_000 };
/** Long enough for any machine; tests of a limit set their own. */
export const limits = { firstTokenMs: 5_000, betweenTokensMs: 5_000, totalMs: 10_000 };

const servers: { stop(): Promise<void> }[] = [];

/** Stops the servers of a test. */
export async function stopServers(): Promise<void> {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
}

type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

/** A provider in front of a scripted server. Waits between tries are recorded and take no time. */
export async function open(scripts: [Script, ...Script[]], fallbackModel = '', pause?: Pause) {
  const server = await startScriptedOpenAi(...scripts);
  servers.push(server);
  const waits: number[] = [];
  const lines: string[] = [];
  const log = createLogger('debug', {}, (line) => lines.push(line));
  const record = async (ms: number) => {
    waits.push(ms);
  };
  const options = { baseUrl: server.baseUrl, apiKey: 'key', fallbackModel };
  const provider = openOpenAiCompatible(options, log, pause ?? record);
  const read = async (changes: Partial<TextCall> = {}, signal = new AbortController().signal) => {
    const pieces: string[] = [];
    let error: unknown;
    try {
      const changed = { ...call, limits, ...changes } as TextCall;
      for await (const piece of provider.streamText(changed, model, signal)) pieces.push(piece);
    } catch (thrown) {
      error = thrown;
    }
    return { text: pieces.join(''), pieces, error: error as { code?: string; status?: number } | undefined };
  };
  return { ...server, provider, waits, lines, read };
}
