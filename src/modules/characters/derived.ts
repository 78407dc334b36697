import type { Tx } from '../../db/tx.ts';
import { removeRooms } from '../turns/rooms.ts';
import { deleteRows, findDerivedIds, holdIds } from './derived-queries.ts';

/** Holds characters against deletion until the transaction ends, and says which of them exist. */
export function holdCharacters(tx: Tx, ids: readonly string[]): Promise<string[]> {
  return holdIds(tx, [...new Set(ids)]);
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
