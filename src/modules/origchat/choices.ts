import type { Ctx } from '../../context.ts';
import type { StoredChoice } from '../../db/tables/turns.ts';
import { AppError } from '../../lib/errors.ts';
import { newSecretId } from '../../lib/ids.ts';
import { OrigChoices } from '../../llm/orig-tasks.ts';
import { assemble } from '../turns/prompt/assemble.ts';
import { type PromptPart, REQUIRED } from '../turns/prompt/fit.ts';
import { historyParts } from '../turns/prompt/parts.ts';
import { readTurn } from './input.ts';
import { type StoryScene, storyFacts } from './prompt/compose.ts';
import { phrase } from './prompt/phrases.ts';

const COUNT = 3;
/** As long as a button of the page. */
const LABEL_CHARS = 20;
const HISTORY_LINES = 12;
const LIMITS = { totalMs: 25_000 };

const FALLBACK = {
  en: ['Ask what comes next', 'Look around first', 'Step closer', 'Say nothing, wait'],
  ko: ['다음 일을 묻는다', '주위를 먼저 살핀다', '한 걸음 다가선다', '말없이 기다린다'],
} as const;

/** Three things the user may do next. A model that fails leaves the built-in ones. */
export async function offerChoices(ctx: Ctx, scene: StoryScene, signal: AbortSignal): Promise<StoredChoice[]> {
  const { language, names, model, history, material } = scene;
  const { title, anchor } = material.knowledge;
  const { hint } = readTurn({ user_text: scene.said?.text ?? null });
  const ask = phrase(language, 'choices', { user: names.user, count: COUNT, hint });
  const parts: PromptPart[] = [
    { section: 'work', role: 'system', text: phrase(language, 'work', { title }), importance: REQUIRED },
    {
      section: 'bound',
      role: 'system',
      text: phrase(language, 'bound', { user: names.user, anchor }),
      importance: REQUIRED,
    },
    ...historyParts(scene, scene.summary, history.slice(-HISTORY_LINES)),
    { section: 'user', role: 'user', text: ask, importance: REQUIRED },
  ];
  const { messages } = assemble(parts, model, 'short');
  const facts = { ...storyFacts(scene), count: COUNT, hint };
  const call = { task: 'orig.choices' as const, language, model: model.id, messages, facts, limits: LIMITS };
  const made = await ctx.llm.produce(call, OrigChoices, signal).catch((error: unknown) => {
    if (signal.aborted || !(error instanceof AppError)) throw error;
    ctx.log.warn('choices not made', { code: error.code });
    return undefined;
  });
  const labels = [...(made?.choices ?? []).map(({ label }) => label), ...FALLBACK[language]];
  return tidyLabels(labels).map((label) => ({ id: newSecretId(), label }));
}

/** The first three different labels, each short enough; a longer one ends with a whole word. Pure. */
export function tidyLabels(labels: readonly string[]): string[] {
  const seen = new Map<string, string>();
  for (const given of labels) {
    const label = shorten(given.replace(/\s+/g, ' ').trim());
    const key = label.toLowerCase();
    if (label !== '' && !seen.has(key)) seen.set(key, label);
  }
  return [...seen.values()].slice(0, COUNT);
}

function shorten(label: string): string {
  if (label.length <= LABEL_CHARS) return label;
  const cut = label.slice(0, LABEL_CHARS + 1);
  const end = cut.lastIndexOf(' ');
  return cut
    .slice(0, end > LABEL_CHARS / 3 ? end : LABEL_CHARS)
    .toWellFormed()
    .replaceAll('\uFFFD', '')
    .trim();
}
