import type { Ctx } from '../../context.ts';
import type { ChatFacts } from '../../llm/chat-tasks.ts';
import type { Message } from '../../llm/tasks.ts';
import { countTokens } from '../../llm/tokens.ts';
import { activeMemoryNotes } from '../memory-notes/active.ts';
import { activePersona } from '../personas/active.ts';
import type { RoomAccessRow } from '../turns/access.ts';
import { memoText } from '../turns/engine/memos.ts';
import type { TurnPlan } from '../turns/engine/plan.ts';
import { renderNames } from '../turns/engine/render.ts';
import type { Material, TurnPolicy, TurnScene } from '../turns/policy.ts';
import { fitPrompt, type PromptPart, REQUIRED } from '../turns/prompt/fit.ts';
import { characterParts, historyParts, turnParts, userParts } from '../turns/prompt/parts.ts';
import { phrase } from '../turns/prompt/templates.ts';

/** What an answer may cost the model, by its length. */
const MAX_TOKENS = { short: 700, medium: 1_000, long: 2_700 } as const;
const RESERVE_TOKENS = 200;

/** Who the user is in character chat, and what they asked the character to remember. */
export async function chatMaterial(ctx: Ctx, userId: string, characterId: string): Promise<Material> {
  const [persona, notes] = await Promise.all([
    activePersona(ctx, userId, 'character'),
    activeMemoryNotes(ctx, userId, characterId),
  ]);
  return { ...(persona && { userName: persona.name }), persona: persona?.description ?? '', notes };
}

/** Character chat: a turn costs what its model costs, and answers carry no meta. */
export const chatPolicy: TurnPolicy = {
  kind: 'chat',
  pricePoints: (model) => model.pricePoints,
  prepare: (ctx: Ctx, room: RoomAccessRow) => chatMaterial(ctx, room.userId, room.characterId),
  compose: composeChat,
  answerMeta: () => null,
};

/** The prompt of one answer and the call that carries it. Pure. */
export function composeChat(scene: TurnScene): ReturnType<TurnPolicy['compose']> {
  const { language, model, settings, plan, history, names, material } = scene;
  const length = settings.response_length_pref;
  const asks: PromptPart = plan
    ? { section: 'user', role: 'user', text: plan.userText, importance: REQUIRED }
    : {
        section: 'user',
        role: 'user',
        text: phrase(language, 'continue', { user: names.user }),
        importance: REQUIRED,
      };
  const parts: PromptPart[] = [
    ...characterParts(scene),
    ...userParts(scene, material.persona, material.notes),
    ...(plan ? turnParts(scene, plan) : []),
    { section: 'length', role: 'system', text: phrase(language, `length.${length}`), importance: REQUIRED },
    ...historyParts(scene, scene.summary, history),
    asks,
  ];
  const budget = Math.max(300, model.contextTokens - MAX_TOKENS[length] - RESERVE_TOKENS);
  const { kept, report } = fitPrompt(parts, budget, countTokens);
  const call = {
    messages: messagesOf(kept),
    facts: chatFacts(scene, plan),
    language,
    model: model.id,
    maxTokens: MAX_TOKENS[length],
    temperature: settings.temperature,
  };
  return { call: plan ? { ...call, task: 'chat.turn' } : { ...call, task: 'chat.continue' }, report };
}

/** One system message, then the conversation. */
function messagesOf(parts: readonly PromptPart[]): Message[] {
  const system = parts.filter(({ role }) => role === 'system').map(({ text }) => text);
  const spoken = parts.filter(({ role }) => role !== 'system').map(({ role, text }) => ({ role, content: text }));
  return [{ role: 'system', content: system.join('\n\n') }, ...spoken];
}

/** The same as facts, for who answers without reading prompts. */
export function chatFacts(
  scene: Omit<TurnScene, 'model' | 'material' | 'kind' | 'said'>,
  plan: TurnPlan | undefined,
): ChatFacts {
  const { snapshot, names, history, settings, script } = scene;
  const replies = history.filter(({ byUser }) => !byUser);
  // Standing memos are in every prompt; who answers by facts would tell them in every answer.
  const memos = plan ? [...plan.memos, ...(plan.turnNo === 1 ? plan.standingMemos : [])] : [];
  return {
    characterName: names.character,
    userName: names.user,
    personality: snapshot.character.personality ?? '',
    description: snapshot.character.description ?? '',
    turnNo: plan?.turnNo ?? history.length,
    userText: plan?.userText ?? history.findLast(({ byUser }) => byUser)?.text ?? '',
    lastReply: replies.at(-1)?.text ?? '',
    event: plan?.event
      ? { summary: plan.event.summary, narration: plan.event.narration, dialogue: plan.event.dialogue }
      : null,
    memos: memos.map((memo) => renderNames(memoText(memo), names)),
    stats: plan
      ? script.stats.map(({ id, label, min, max }) => ({ id, label, value: plan.stats[id] ?? 0, min, max }))
      : [],
    stage: plan?.pacing?.stage ?? null,
    length: settings.response_length_pref,
  };
}
