import type { ChatFacts } from '../../../llm/chat-tasks.ts';
import { memoText } from '../engine/memos.ts';
import type { TurnPlan } from '../engine/plan.ts';
import { renderNames } from '../engine/render.ts';
import type { TurnScene } from '../policy.ts';

/** A scene as facts, for who answers without reading prompts. */
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
