import type { Ctx } from '../../context.ts';
import type { StoredSettings } from '../../db/tables/turns.ts';
import { type Tx, violatedUnique, withTx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { sha256 } from '../../lib/crypto.ts';
import { fail } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { characterLanguage } from './engine/language.ts';
import { type OpeningMessage, openingMessages } from './engine/opening.ts';
import { initialState } from './engine/plan.ts';
import type { Names } from './engine/render.ts';
import { readScript } from './engine/script.ts';
import { insertMessages } from './message-queries.ts';
import {
  clearCurrent,
  findCurrentRoom,
  findRoom,
  findRoomByKey,
  insertRoom,
  lockOpening,
  lockRoom,
  makeNewestCurrent,
  mergeIntoRoom,
  type RoomAccessRow,
  type RoomKind,
  updateRoom,
} from './room-queries.ts';
import type { PlayableCharacter } from './snapshot.ts';

const TITLE_SUFFIX = '와의 대화';
const MAX_TITLE_CHARS = 200;

/** How a room is to be opened. `fresh`: a new one in any case. */
export type Opening = {
  kind: RoomKind;
  character: PlayableCharacter;
  openingId: string | undefined;
  userName: string;
  fresh: boolean;
  idempotencyKey?: string;
  /** What else was asked for; the same key with something else is refused. */
  asked?: unknown;
  storyId?: string;
  details?: Record<string, unknown>;
  settings?: StoredSettings;
  /** What a room that is there already takes over from the request. */
  changes?: { details: Record<string, unknown>; settings: StoredSettings };
  /** Done in the transaction that makes a new room, before it is made. */
  alongside?: (tx: Tx) => Promise<void>;
  /** The first messages; without it, the opening's or the greeting. */
  firstMessages?: OpeningMessage[];
  firstSender?: 'assistant' | 'character';
};

/**
 * The user's room with a character: the current one, or a new one with its first messages and the character pinned to it,
 * all in one transaction. A current room without messages gets its opening; any other stays as it is. With an idempotency
 * key, the same request opens one room. Throws `http.idempotency_mismatch` (422).
 */
export async function openRoom(
  ctx: Ctx,
  actor: Member,
  opening: Opening,
): Promise<{ room: RoomAccessRow; created: boolean }> {
  const { character, kind, fresh, idempotencyKey } = opening;
  const requestHash = sha256(JSON.stringify([kind, character.id, opening.openingId ?? null, opening.asked ?? null]));
  const opened = await withTx(ctx.db, async (tx) => {
    await lockOpening(tx, actor.userId, character.id, kind);
    if (idempotencyKey !== undefined) {
      const known = await findRoomByKey(tx, actor.userId, idempotencyKey);
      if (known) {
        if (known.requestHash !== requestHash) throw fail('http.idempotency_mismatch');
        return { id: known.id, created: false };
      }
    }
    const current = fresh
      ? undefined
      : ((await findCurrentRoom(tx, actor.userId, character.id, kind)) ??
        (await makeNewestCurrent(tx, actor.userId, character.id, kind)));
    if (current) {
      if (current.messageCount === 0) await fillEmptyRoom(ctx, tx, current.id, opening);
      await takeChanges(ctx, tx, current.id, opening);
      return { id: current.id, created: false };
    }
    // A story is held before any of its rooms, as by its deletion.
    await opening.alongside?.(tx);
    if (fresh) await clearCurrent(tx, actor.userId, character.id, kind);
    const id = await createRoom(ctx, tx, actor, opening, requestHash);
    return { id, created: true };
  }).catch((error: unknown) => {
    // Another character's start with the same key came first: starts with this one wait for each other.
    if (violatedUnique(error) === 'rooms_idempotency') throw fail('http.idempotency_mismatch', { cause: error });
    throw error;
  });
  const room = await findRoom(ctx.db.pool, opened.id);
  if (!room) throw fail('chat.room_not_found');
  return { room, created: opened.created };
}

async function createRoom(ctx: Ctx, tx: Tx, actor: Member, opening: Opening, requestHash: string): Promise<string> {
  const { character } = opening;
  const now = ctx.clock.now();
  const id = newId();
  const openingId = knownOpening(opening);
  const first = firstMessages(opening);
  await insertRoom(tx, {
    id,
    userId: actor.userId,
    characterId: character.id,
    storyId: opening.storyId ?? null,
    kind: opening.kind,
    title: `${character.name}${TITLE_SUFFIX}`.slice(0, MAX_TITLE_CHARS).toWellFormed(),
    openingId,
    snapshot: character.snapshot,
    state: initialState(readScript(character.snapshot, openingId)),
    details: opening.details ?? {},
    settings: opening.settings ?? {},
    messageCount: first.length,
    lastSeq: first.length,
    idempotencyKey: opening.idempotencyKey ?? null,
    requestHash,
    createdAt: now,
    updatedAt: now,
  });
  await insertMessages(tx, rowsOf(id, first, opening.firstSender, 0, now));
  return id;
}

async function takeChanges(ctx: Ctx, tx: Tx, roomId: string, { changes }: Opening): Promise<void> {
  if (!changes || Object.keys({ ...changes.details, ...changes.settings }).length === 0) return;
  await mergeIntoRoom(tx, roomId, { ...changes, now: ctx.clock.now() });
}

/**
 * Gives a room that has no messages its first ones, unless it got some meanwhile; `details` are merged into the room's in
 * any case.
 */
export async function introduceRoom(
  ctx: Ctx,
  roomId: string,
  { first, sender, details }: { first: OpeningMessage[]; sender: 'assistant' | 'character'; details: object },
): Promise<void> {
  const now = ctx.clock.now();
  await withTx(ctx.db, async (tx) => {
    const row = await lockRoom(tx, roomId);
    if (!row) return;
    const added = row.messageCount === 0 ? first : [];
    await insertMessages(tx, rowsOf(roomId, added, sender, row.lastSeq, now));
    await updateRoom(tx, roomId, {
      details: { ...row.details, ...details },
      messageCount: row.messageCount + added.length,
      lastSeq: row.lastSeq + added.length,
      updatedAt: now,
    });
  });
}

/** A room whose messages were cleared begins again. */
async function fillEmptyRoom(ctx: Ctx, tx: Tx, roomId: string, opening: Opening): Promise<void> {
  const row = await lockRoom(tx, roomId);
  if (!row || row.messageCount > 0) return;
  const openingId = knownOpening(opening) ?? row.openingId;
  const now = ctx.clock.now();
  const pinned = {
    ...opening,
    openingId: openingId ?? undefined,
    character: { ...opening.character, snapshot: row.snapshot },
  };
  const first = firstMessages(pinned);
  await insertMessages(tx, rowsOf(roomId, first, opening.firstSender, row.lastSeq, now));
  await updateRoom(tx, roomId, {
    openingId,
    state: initialState(readScript(row.snapshot, openingId)),
    messageCount: first.length,
    lastSeq: row.lastSeq + first.length,
    updatedAt: now,
  });
}

/** The id of an opening that exists; an unknown one is none. */
function knownOpening({ character, openingId }: Opening): string | null {
  if (openingId === undefined) return null;
  return readScript(character.snapshot, openingId).opening?.id === openingId ? openingId : null;
}

function firstMessages(opening: Opening): OpeningMessage[] {
  if (opening.firstMessages) return opening.firstMessages;
  const { snapshot } = opening.character;
  const names: Names = { user: opening.userName, character: snapshot.character.name };
  const draw = (n: number) => Math.floor(Math.random() * n);
  return openingMessages(snapshot, opening.openingId ?? null, names, characterLanguage(snapshot, 'ko'), draw);
}

function rowsOf(roomId: string, first: OpeningMessage[], sender: Opening['firstSender'], afterSeq: number, now: Date) {
  return first.map(({ content, metadata }, index) => ({
    id: newId(),
    roomId,
    seq: afterSeq + 1 + index,
    part: 'opening' as const,
    senderType: sender ?? ('assistant' as const),
    content,
    metadata,
    createdAt: now,
  }));
}
