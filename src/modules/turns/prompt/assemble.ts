import type { StoredReport } from '../../../db/tables/turns.ts';
import type { Model } from '../../../llm/models.ts';
import type { Message } from '../../../llm/tasks.ts';
import { countTokens } from '../../../llm/tokens.ts';
import { fitPrompt, type PromptPart } from './fit.ts';

/** What an answer may cost the model, by its length. */
const MAX_TOKENS = { short: 700, medium: 1_000, long: 2_700 } as const;
const RESERVE_TOKENS = 200;

/** The parts that a model has room for, as messages, with what its answer of that length may take. */
export function assemble(
  parts: readonly PromptPart[],
  model: Model,
  length: keyof typeof MAX_TOKENS,
): { messages: Message[]; maxTokens: number; report: StoredReport } {
  const maxTokens = MAX_TOKENS[length];
  const budget = Math.max(300, model.contextTokens - maxTokens - RESERVE_TOKENS);
  const { kept, report } = fitPrompt(parts, budget, countTokens);
  return { messages: messagesOf(kept), maxTokens, report };
}

/** One system message, then the conversation. */
function messagesOf(parts: readonly PromptPart[]): Message[] {
  const system = parts.filter(({ role }) => role === 'system').map(({ text }) => text);
  const spoken = parts.filter(({ role }) => role !== 'system').map(({ role, text }) => ({ role, content: text }));
  return [{ role: 'system', content: system.join('\n\n') }, ...spoken];
}
