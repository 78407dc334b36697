import type { Ctx } from '../../context.ts';
import type { StoredSnapshot } from '../../db/tables/turns.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import type { Language } from '../../lib/language.ts';

import { normaliseStartSets } from '../characters/start-sets/normalise.ts';
import { createReplyFilter } from '../turns/engine/filter.ts';
import { answerLanguage } from '../turns/engine/language.ts';
import { initialState, planTurn, type TurnPlan } from '../turns/engine/plan.ts';
import { missingLines } from '../turns/engine/required.ts';
import { readScript, type Script } from '../turns/engine/script.ts';
import { settingsInForce } from '../turns/engine/settings.ts';
import type { TurnScene } from '../turns/policy.ts';
import { chatFacts } from '../turns/prompt/facts.ts';
import { userNameOf } from '../turns/writer.ts';
import { composeChat } from './policy.ts';
import { readDraftCharacter } from './preview-character.ts';
import type { ChoicesView, PreviewChoicesInput, PreviewInput } from './schema.ts';
import { choicesFor } from './suggest.ts';

const HISTORY_LINES = 40;

/**
 * One answer of a character that is being written; nothing is stored and nothing paid. The turn is the user's number of
 * messages, or in event preview the given one; an event preview tells the chosen event (by id, else the first one).
 * Throws `llm.unavailable` (503) and `llm.timeout` (504).
 */
export async function previewAnswer(
  ctx: Ctx,
  actor: Member,
  input: PreviewInput,
  asked: Language,
  signal: AbortSignal,
) {
  const previewing = input.turn_event_preview_mode === true;
  const history = linesOf(input.history ?? []);
  const turnNo = (previewing ? input.turn_no_override : undefined) ?? history.filter(({ byUser }) => byUser).length + 1;
  const snapshot = readDraftCharacter(input.character_data);
  const script = readScript(snapshot, null);
  const names = { user: await userNameOf(ctx, actor.userId), character: snapshot.character.name };
  const planned = planTurn(forPreview(script, previewing, input.turn_event_id_override), initialState(script), {
    turnNo,
    userText: input.user_message,
    names,
  });
  const plan = previewing ? planned : withoutEarlierEvents(planned, script, turnNo);
  const language = answerLanguage(input.user_message, snapshot, asked);
  const length = input.response_length_pref ?? 'short';
  const scene: TurnScene = {
    language,
    model: ctx.llm.models.find(undefined),
    settings: { ...settingsInForce({}, length), response_length_pref: length },
    snapshot,
    script,
    names,
    summary: null,
    history,
    material: { persona: '', notes: [] },
    kind: 'turn',
    said: { text: input.user_message, metadata: null },
    plan,
  };
  const filter = createReplyFilter(names.character);
  let text = '';
  for await (const piece of ctx.llm.streamText(composeChat(scene).call, signal)) text += filter.push(piece);
  text += filter.end();
  if (text === '') throw fail('llm.bad_output');
  if (previewing && plan.event) text += missingLines(plan.event, text);
  return {
    assistant_message: text,
    meta: { history_len: history.length, response_length_pref: length },
    suggested_image_index: imageIndex(snapshot, text),
  };
}

/** Event preview: the chosen event is the only one, and it is due. */
function forPreview(script: Script, previewing: boolean, eventId: string | null | undefined): Script {
  if (!previewing) return script;
  const chosen = script.events.find(({ id }) => id === eventId) ?? script.events[0];
  return { ...script, events: chosen ? [{ ...chosen, about_turn: 1 }] : [] };
}

/** Outside the event preview only the event of this very turn counts: nobody knows which ones were told before. */
function withoutEarlierEvents(plan: TurnPlan, script: Script, turnNo: number): TurnPlan {
  const due = script.events.find(({ id }) => id === plan.event?.id);
  return due && due.about_turn !== turnNo ? { ...plan, event: undefined } : plan;
}

function linesOf(history: NonNullable<PreviewInput['history']>) {
  return history.slice(-HISTORY_LINES).map(({ role, content }) => ({ byUser: role === 'user', text: content }));
}

function imageIndex({ character }: StoredSnapshot, text: string): number {
  const lower = text.toLowerCase();
  return character.imageDescriptions.findIndex(({ keywords }) =>
    keywords.some((word) => word !== '' && lower.includes(word.toLowerCase())),
  );
}

/** What one might say to a character that is being written. Never fails for the model. */
export async function previewChoices(
  ctx: Ctx,
  actor: Member,
  input: PreviewChoicesInput,
  asked: Language,
  signal: AbortSignal,
): Promise<ChoicesView> {
  const snapshot = readDraftCharacter(input.character_data);
  const history = linesOf(input.history ?? []);
  const sets = normaliseStartSets(snapshot.character.startSets);
  const script = readScript(snapshot, sets?.selectedId ?? null);
  const names = { user: await userNameOf(ctx, actor.userId), character: snapshot.character.name };
  const language = answerLanguage(history.at(-1)?.text ?? '', snapshot, asked);
  const settings = settingsInForce({}, 'short');
  const scene = { language, settings, snapshot, script, names, summary: null, history, plan: undefined };
  const turnNo = input.turn_no_override ?? history.filter(({ byUser }) => byUser).length + 1;
  const facts = { ...chatFacts(scene, undefined), turnNo };
  const choices = await choicesFor(
    ctx,
    { facts, history, language },
    { n: input.n ?? 3, hint: input.seed_hint ?? '' },
    signal,
  );
  return { choices };
}
