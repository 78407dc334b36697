import type { Ctx } from '../../context.ts';
import type { Member } from '../../lib/actor.ts';
import { AppError } from '../../lib/errors.ts';
import { newSecretId } from '../../lib/ids.ts';
import type { Language } from '../../lib/language.ts';
import { ChatChoices, type ChatFacts, ChatNextAction } from '../../llm/chat-tasks.ts';
import type { Message } from '../../llm/tasks.ts';
import { answerLanguage } from '../turns/engine/language.ts';
import { currentStats } from '../turns/engine/stats.ts';
import { loadMoment, type RoomMoment } from '../turns/moment.ts';
import { chatFacts } from '../turns/prompt/facts.ts';
import type { HistoryLine } from '../turns/prompt/parts.ts';
import { phrase } from '../turns/prompt/templates.ts';
import { writerOf } from '../turns/writer.ts';
import { chatMaterial } from './policy.ts';
import type { ChoicesView } from './schema.ts';

const DIALOGUE_CHARS = 120;
const NARRATION_CHARS = 140;
const LABEL_CHARS = 260;
const NEXT_ACTION_CHARS = 400;
const CONTEXT_LINES = 12;
const CONTEXT_CHARS = 1_200;
const MAX_CHOICES = 5;
const LIMITS = { totalMs: 25_000 };

const FALLBACK_CHOICES = {
  en: [
    { dialogue: 'Tell me more about it.', narration: 'I lean in and listen.' },
    { dialogue: 'What shall we do now?', narration: 'I look around.' },
    { dialogue: 'I need a moment to think.', narration: 'I take a slow breath.' },
  ],
  ko: [
    { dialogue: '조금 더 자세히 들려줘.', narration: '몸을 기울여 귀를 기울인다.' },
    { dialogue: '이제 어떻게 할까?', narration: '주위를 둘러본다.' },
    { dialogue: '잠깐 생각할 시간이 필요해.', narration: '천천히 숨을 고른다.' },
  ],
} as const;
const FALLBACK_ACTION = {
  en: 'I take a moment, look around, and step closer to hear the rest.',
  ko: '나는 잠시 숨을 고르고 주위를 살핀 뒤, 이야기를 더 듣기 위해 한 걸음 다가선다.',
} as const;

/** What suggestions are made from: a room's moment, or a character that is only being written. */
export type SuggestionScene = { facts: ChatFacts; history: readonly HistoryLine[]; language: Language; model?: string };

async function sceneOf(ctx: Ctx, actor: Member, moment: RoomMoment, asked: Language): Promise<SuggestionScene> {
  const { room, snapshot, script, state, settings, history, turnNo } = moment;
  const [material, { name, model }] = await Promise.all([
    chatMaterial(ctx, actor.userId, room.characterId),
    writerOf(ctx, actor.userId),
  ]);
  const names = { user: material.userName || name, character: snapshot.character.name };
  const lastLine = history.at(-1)?.text ?? '';
  const language = answerLanguage(lastLine, snapshot, asked);
  const facts = chatFacts(
    { language, settings, snapshot, script, names, summary: null, history, plan: undefined },
    undefined,
  );
  const stats = currentStats(script.stats, state.stats);
  return {
    facts: {
      ...facts,
      turnNo,
      stats: script.stats.map(({ id, label, min, max }) => ({ id, label, value: stats[id] ?? 0, min, max })),
    },
    history,
    language,
    model,
  };
}

/**
 * Things the user might say next; `n` is moved into 1 … 5. A model that fails leaves the built-in ones. Throws 404, 403
 * and 410 as the room does.
 */
export async function suggestChoices(
  ctx: Ctx,
  actor: Member,
  roomId: string,
  input: { n: number; hint: string; language: Language },
  signal: AbortSignal,
): Promise<ChoicesView> {
  const scene = await sceneOf(ctx, actor, await loadMoment(ctx, actor, roomId), input.language);
  return { choices: await choicesFor(ctx, scene, input, signal) };
}

/** Choices for any scene. */
export async function choicesFor(
  ctx: Ctx,
  scene: SuggestionScene,
  { n, hint }: { n: number; hint: string },
  signal: AbortSignal,
): Promise<ChoicesView['choices']> {
  const { facts, language, model } = scene;
  const count = Math.min(MAX_CHOICES, Math.max(1, Math.round(n)));
  const ask = phrase(language, 'choices', { user: facts.userName, count, hint });
  const made = await orNothing(ctx, () =>
    ctx.llm.produce(
      {
        task: 'chat.choices',
        language,
        ...(model === undefined ? {} : { model }),
        messages: messagesOf(scene, ask),
        facts: { ...facts, count, hint },
        maxTokens: 800,
        limits: LIMITS,
      },
      ChatChoices,
      signal,
    ),
  );
  const choices = tidyChoices(made?.choices ?? [], count);
  return choices.length > 0 ? choices : tidyChoices(FALLBACK_CHOICES[language], Math.min(count, 3));
}

function tidyChoices(made: readonly { dialogue: string; narration: string }[], count: number): ChoicesView['choices'] {
  const seen = new Set<string>();
  return made
    .flatMap(({ dialogue, narration }) => {
      const said = oneLine(dialogue, DIALOGUE_CHARS);
      const done = oneLine(narration, NARRATION_CHARS);
      const label = [said, done]
        .filter((part) => part !== '')
        .join('\n')
        .slice(0, LABEL_CHARS)
        .toWellFormed();
      if (label === '' || seen.has(label.toLowerCase())) return [];
      seen.add(label.toLowerCase());
      return [{ id: newSecretId(), label, dialogue: said || null, narration: done || null }];
    })
    .slice(0, count);
}

/** What the user might do next, in one line; never fails for the model. Throws 404, 403 and 410. */
export async function suggestNextAction(
  ctx: Ctx,
  actor: Member,
  roomId: string,
  { hint, language: asked }: { hint: string; language: Language },
  signal: AbortSignal,
): Promise<{ narration: string }> {
  const scene = await sceneOf(ctx, actor, await loadMoment(ctx, actor, roomId), asked);
  const { facts, language, model } = scene;
  const ask = phrase(language, 'next_action', { user: facts.userName, hint });
  const made = await orNothing(ctx, () =>
    ctx.llm.produce(
      {
        task: 'chat.next_action',
        language,
        ...(model === undefined ? {} : { model }),
        messages: messagesOf(scene, ask),
        facts: { ...facts, hint },
        maxTokens: 300,
        limits: LIMITS,
      },
      ChatNextAction,
      signal,
    ),
  );
  return { narration: oneLine(made?.narration ?? '', NEXT_ACTION_CHARS) || FALLBACK_ACTION[language] };
}

function messagesOf({ facts, history }: SuggestionScene, ask: string): Message[] {
  const sheet = [facts.characterName, facts.description, facts.personality].filter((part) => part !== '').join('\n');
  return [
    { role: 'system', content: sheet },
    ...history.slice(-CONTEXT_LINES).map(({ byUser, text }) => ({
      role: byUser ? ('user' as const) : ('assistant' as const),
      content: text.slice(-CONTEXT_CHARS).toWellFormed(),
    })),
    { role: 'user', content: ask },
  ];
}

function oneLine(text: string, max: number): string {
  return text.replace(/\s+/g, ' ').replaceAll('\0', '').trim().slice(0, max).toWellFormed().trim();
}

async function orNothing<T>(ctx: Ctx, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    ctx.log.warn('suggestion not made', { code: error.code });
    return undefined;
  }
}
