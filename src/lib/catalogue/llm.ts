import type { ErrorEntry } from './entry.ts';

/** Errors of the language model. The front end knows them by the literal word they begin with. */
export const llmErrors = {
  'llm.unavailable': {
    status: 503,
    en: 'AiUnavailable: the AI cannot answer at the moment. Please try again shortly.',
    ko: 'AiUnavailable: 지금은 AI가 응답할 수 없습니다. 잠시 후 다시 시도해 주세요.',
  },
  'llm.timeout': {
    status: 504,
    en: 'AiTimeout: the AI took too long to answer. Please try again.',
    ko: 'AiTimeout: AI의 응답이 너무 오래 걸렸습니다. 다시 시도해 주세요.',
  },
  'llm.bad_output': {
    status: 503,
    en: 'AiUnavailable: the AI gave an answer that cannot be used. Please try again.',
    ko: 'AiUnavailable: AI의 응답을 사용할 수 없습니다. 다시 시도해 주세요.',
  },
} as const satisfies Record<string, ErrorEntry>;
