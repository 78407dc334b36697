import type { Ctx } from '../../context.ts';
import type { StoredChoice, StoredReport, StoredSnapshot, StoredState } from '../../db/tables/turns.ts';
import type { Language } from '../../lib/language.ts';
import type { Model } from '../../llm/models.ts';
import type { TextCall } from '../../llm/tasks.ts';
import type { TurnPlan } from './engine/plan.ts';
import type { Names } from './engine/render.ts';
import type { Script } from './engine/script.ts';
import type { RoomSettings } from './engine/settings.ts';
import type { HistoryLine } from './prompt/parts.ts';
import type { RoomAccessRow, RoomKind } from './room-queries.ts';
import type { SendResultView } from './schema.ts';
import type { Said, TurnKind } from './turn-request.ts';

/** What a policy reads beside the room itself: who the user is here, what to remember, … */
export type Material = {
  /** The name the character knows the user by; undefined: the account's. */
  userName?: string;
  persona: string;
  notes: readonly { title: string; content: string }[];
};

/** All that a prompt is made from. `plan` is missing where the turn has no number. */
export type TurnScene<M extends Material = Material> = {
  language: Language;
  model: Model;
  settings: RoomSettings;
  snapshot: StoredSnapshot;
  script: Script;
  names: Names;
  summary: string | null;
  history: readonly HistoryLine[];
  material: M;
  kind: TurnKind;
  /** The user's own message of this turn. */
  said: Said | undefined;
  plan: TurnPlan | undefined;
};

/** The tasks that answer in a room. */
export type ReplyTask = 'chat.turn' | 'chat.continue' | 'orig.turn';

/** A turn as its answer tells of it. */
export type ToldTurn = { kind: TurnKind; turnNo: number | null; state: StoredState };
export type ToldRoom = Pick<RoomAccessRow, 'id' | 'turnCount' | 'details' | 'characterName'>;

/**
 * What tells one kind of room from the other. The engine does the rest: guards, numbers, leases, points, streaming,
 * events, memos, stats, endings and taking back.
 */
export type TurnPolicy<M extends Material = Material> = {
  readonly kind: RoomKind;
  /** Whether a turn costs what its model costs; what is free is played by a model that is. */
  readonly isPaid: boolean;
  /** Reads what the prompt needs; runs beside other reads, after the turn's row exists. */
  prepare(ctx: Ctx, room: RoomAccessRow): Promise<M>;
  compose(scene: TurnScene<M>): { call: TextCall<ReplyTask>; report: StoredReport };
  /** Where a reply is worked over before anybody sees it; undefined: it is shown as it comes. */
  polish?(scene: TurnScene<M>): ((ctx: Ctx, reply: string, signal: AbortSignal) => Promise<string>) | undefined;
  /** Finds what the user may choose from next; for kinds that offer choices. */
  offer?(ctx: Ctx, scene: TurnScene<M>, signal: AbortSignal): Promise<StoredChoice[]>;
  /** `meta` of the answer; null where the kind has none. */
  answerMeta(room: ToldRoom, turn: ToldTurn): SendResultView['meta'];
  /** Hears of a turn that is done; must not fail. `firstTextMs`: how long its reader waited for the first text. */
  played?(ctx: Ctx, room: RoomAccessRow, turn: ToldTurn & { firstTextMs: number | undefined }): void;
};
