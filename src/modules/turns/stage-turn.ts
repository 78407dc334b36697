import type { Ctx } from '../../context.ts';
import { AppError, fail } from '../../lib/errors.ts';
import type { Model } from '../../llm/models.ts';
import { failTurn, HISTORY_MESSAGES, type RunningTurn } from './end-turn.ts';
import { answerLanguage } from './engine/language.ts';
import { planTurn } from './engine/plan.ts';
import { readScript } from './engine/script.ts';
import { readSettingsPatch, settingsInForce } from './engine/settings.ts';
import { findBefore, type MessageRow } from './message-queries.ts';
import type { Performance } from './play-turn.ts';
import type { Material, ToldRoom, TurnPolicy, TurnScene } from './policy.ts';
import { announceTurnEnd } from './recorder.ts';
import type { RoomRow } from './room-queries.ts';
import { toldLines } from './told-lines.ts';
import { findTurn, type findWriter } from './turn-queries.ts';
import type { TurnKind, TurnRequest } from './turn-request.ts';
import { resultOf } from './turn-result.ts';

/** A turn whose row runs. */
export type OpenedTurn = {
  room: RoomRow;
  turn: Omit<RunningTurn, 'userMessage'> & { kind: TurnKind; pricePoints: number };
  userMessage: MessageRow | undefined;
  writer: NonNullable<Awaited<ReturnType<typeof findWriter>>>;
  model: Model;
};

/** Reads and plans what a turn needs before its model is asked. A failure takes the turn back. */
export async function stageTurn<M extends Material>(
  ctx: Ctx,
  policy: TurnPolicy<M>,
  request: TurnRequest,
  opened: OpenedTurn,
): Promise<Performance> {
  try {
    return await stage(ctx, policy, request, opened);
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'http.internal';
    const failed = await failTurn(ctx, opened.turn, { code, userId: opened.room.userId });
    const said = fail(code);
    if (failed) await announceTurnEnd(ctx, failed, { code: said.status, detail: said.text(request.language) });
    throw error;
  }
}

async function stage<M extends Material>(
  ctx: Ctx,
  policy: TurnPolicy<M>,
  request: TurnRequest,
  { room, turn, userMessage, writer, model }: OpenedTurn,
): Promise<Performance> {
  const before = userMessage?.seq ?? lastPlace(request) ?? room.lastSeq + 1;
  const [material, rows] = await Promise.all([
    policy.prepare(ctx, request.room),
    findBefore(ctx.db.pool, room.id, before, HISTORY_MESSAGES),
  ]);
  const { snapshot } = room;
  const names = { user: material.userName || writer.username, character: snapshot.character.name };
  const script = readScript(snapshot, room.openingId);
  const userText = userMessage?.content ?? '';
  const own = settingsInForce(room.settings, writer.responseLength);
  const settings =
    request.length === undefined
      ? own
      : settingsInForce(
          { ...room.settings, ...readSettingsPatch({ response_length_pref: request.length }) },
          writer.responseLength,
        );
  const history = toldLines(rows);
  const lastUserText = userText || (history.findLast(({ byUser }) => byUser)?.text ?? '');
  const language = answerLanguage(lastUserText, snapshot, request.language);
  const plan =
    turn.turnNo === null ? undefined : planTurn(script, turn.stateBefore, { turnNo: turn.turnNo, userText, names });
  const { summary, turnCount } = room;
  const said = userMessage && { text: userMessage.content, metadata: userMessage.metadata };
  const { kind, turnNo } = turn;
  const known = { language, model, settings, snapshot, script, names, summary, history, material };
  const scene: TurnScene<M> = { ...known, kind, said, plan };
  const told = { ...request.room, turnCount };
  return {
    turn: { ...turn, userMessage },
    userId: room.userId,
    language,
    names,
    snapshot,
    script,
    plan,
    answer: answerOf(policy, scene),
    debug: {
      preferred_model: writer.preferredModel,
      preferred_sub_model: writer.preferredSubModel,
      response_length_pref: settings.response_length_pref,
      model: ctx.llm.describe().provider === 'offline' ? 'offline' : model.id,
    },
    answerMeta: (state) => policy.answerMeta(told, { kind, turnNo, state }),
    played: (state, firstTextMs) => policy.played?.(ctx, request.room, { kind, turnNo, state, firstTextMs }),
    result: () => doneResult(ctx, policy, told, turn.id),
  };
}

async function doneResult<M extends Material>(ctx: Ctx, policy: TurnPolicy<M>, room: ToldRoom, turnId: string) {
  const row = await findTurn(ctx.db.pool, turnId);
  return row?.status === 'done' ? resultOf(ctx, policy, room, row) : undefined;
}

/** How the turn is answered: with choices, or with a reply. */
function answerOf<M extends Material>(policy: TurnPolicy<M>, scene: TurnScene<M>): Performance['answer'] {
  if (scene.kind !== 'choices') return { kind: 'reply', ...policy.compose(scene), polish: policy.polish?.(scene) };
  return { kind: 'choices', find: async (ctx, signal) => (await policy.offer?.(ctx, scene, signal)) ?? [] };
}

/** A continuation that is played again goes on from before the one it replaces. */
function lastPlace({ input }: TurnRequest): number | undefined {
  return input.kind === 'retry' ? input.reply.seq : undefined;
}
