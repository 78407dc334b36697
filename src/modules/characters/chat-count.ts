import type { Tx } from '../../db/tx.ts';
import { incrementChatCount } from './chat-count-queries.ts';

/** Counts one more completed turn with a character, in the transaction that completes it. Never counts down. */
export async function countCompletedTurn(tx: Tx, characterId: string): Promise<void> {
  await incrementChatCount(tx, characterId);
}
