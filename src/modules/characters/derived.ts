import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/tx.ts';
import { removeRooms } from '../turns/rooms.ts';
import { deleteRows, type EmptyTexts, fillTexts, findDerivedIds, findUndrawn, holdIds } from './derived-queries.ts';

/** Holds characters against deletion until the transaction ends, and says which of them exist. */
export function holdCharacters(tx: Tx, ids: readonly string[]): Promise<string[]> {
  return holdIds(tx, [...new Set(ids)]);
}

/** Which of these characters nobody has described yet. */
export async function undrawnCharacters(ctx: Ctx, ids: readonly string[]): Promise<Set<string>> {
  return new Set(await findUndrawn(ctx.db.pool, [...ids]));
}

/** Gives a character the texts that it lacks; what its owner wrote stays. */
export function fillCharacter(tx: Tx, id: string, texts: EmptyTexts, now: Date): Promise<void> {
  return fillTexts(tx, id, texts, now);
}

/** The characters that come out of a story, but for some. */
export function derivedCharacters(tx: Tx, storyId: string, { keep }: { keep: readonly string[] }): Promise<string[]> {
  return findDerivedIds(tx, storyId, [...keep]);
}

/**
 * Deletes characters with all that belongs to them, their rooms too, in the caller's transaction, who has asked who may.
 * Returns the rooms that went, for `forgetRooms` after the commit.
 */
export async function removeCharacters(tx: Tx, ids: readonly string[]): Promise<string[]> {
  const rooms: string[] = [];
  for (const characterId of ids) rooms.push(...(await removeRooms(tx, { characterId })));
  await deleteRows(tx, [...ids]);
  return rooms;
}
