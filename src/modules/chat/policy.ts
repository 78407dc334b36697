import type { Ctx } from '../../context.ts';
import { activeMemoryNotes } from '../memory-notes/active.ts';
import { activePersona } from '../personas/active.ts';
import type { RoomAccessRow } from '../turns/access.ts';
import type { Material, TurnPolicy, TurnScene } from '../turns/policy.ts';
import { assemble } from '../turns/prompt/assemble.ts';
import { chatFacts } from '../turns/prompt/facts.ts';
import { type PromptPart, REQUIRED } from '../turns/prompt/fit.ts';
import { characterParts, historyParts, turnParts, userParts } from '../turns/prompt/parts.ts';
import { phrase } from '../turns/prompt/templates.ts';

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
  isPaid: true,
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
  const { messages, maxTokens, report } = assemble(parts, model, length);
  const call = {
    messages,
    facts: chatFacts(scene, plan),
    language,
    model: model.id,
    maxTokens,
    temperature: settings.temperature,
  };
  return { call: plan ? { ...call, task: 'chat.turn' } : { ...call, task: 'chat.continue' }, report };
}
