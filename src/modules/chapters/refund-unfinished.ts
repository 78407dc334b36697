import type { Ctx } from '../../context.ts';
import { withTx } from '../../db/tx.ts';
import { addSeconds } from '../../lib/clock.ts';
import { refundPurchase } from './purchase.ts';
import { giveUpPurchases } from './purchase-queries.ts';

/** Far longer than a request lives. */
const PATIENCE_SECONDS = 120;
const BATCH_ROWS = 50;

/**
 * Job: gives up purchases that were begun and never completed, and gives back what they used. Returns how many. A request
 * that completes one at the same moment finds its row gone and begins a new one.
 */
export async function refundUnfinished(ctx: Ctx): Promise<number> {
  const before = addSeconds(ctx.clock.now(), -PATIENCE_SECONDS);
  for (let total = 0; ; ) {
    const given = await withTx(ctx.db, async (tx) => {
      const rows = await giveUpPurchases(tx, before, BATCH_ROWS);
      for (const row of rows) await refundPurchase(tx, row);
      return rows.length;
    });
    total += given;
    if (given < BATCH_ROWS) return total;
  }
}
