import type { Ctx } from '../../context.ts';
import { type Tx, withTx } from '../../db/tx.ts';
import { newId } from '../../lib/ids.ts';
import { findEntries, insertEntry } from './entry-queries.ts';

/**
 * Puts one thing into the catalogue, once per database and key: `make` runs in one transaction with the entry and makes
 * the thing under the id that it is given. False when the key was entered before, whatever became of the thing since.
 */
export async function enterOnce(
  ctx: Ctx,
  key: string,
  make: (tx: Tx, id: string, now: Date) => Promise<unknown>,
): Promise<boolean> {
  const now = ctx.clock.now();
  const entityId = newId();
  return withTx(ctx.db, async (tx) => {
    if (!(await insertEntry(tx, { key, entityId, createdAt: now }))) return false;
    await make(tx, entityId, now);
    return true;
  });
}

/** Notes that something was done to a thing of the catalogue and need not be done again. */
export async function noteDone(ctx: Ctx, key: string, entityId: string): Promise<void> {
  await withTx(ctx.db, (tx) => insertEntry(tx, { key, entityId, createdAt: ctx.clock.now() }));
}

/** The keys that were entered, with the ids of what was made then. */
export async function enteredKeys(ctx: Ctx): Promise<Map<string, string>> {
  return new Map((await findEntries(ctx.db.pool)).map(({ key, entityId }) => [key, entityId]));
}
