import type { Ctx } from '../../context.ts';
import { findJournalDrifts, type JournalDrift, repairJournal } from './audit-journal.ts';
import { countAudited, findBrokenPromises, findLedgerDrifts, rebuildBalance } from './audit-queries.ts';
import { backlogOf } from './journal.ts';
import { allShards } from './shards.ts';

export type Drift = {
  where: 'ledger' | 'redis' | 'parked';
  user: string;
  what: string;
  expected: string;
  found: string;
};

export type AuditReport = {
  drifts: Drift[];
  repaired: number;
  users: number;
  ledgerRows: number;
  openDebtPoints: number;
  /** Uses that wait for the ledger: what a loss of Redis' data would cost now. */
  backlogEntries: number;
};

const MAX_DRIFTS = 1_000;

/**
 * Compares the ledger with the settled balances, and these with what Redis would admit: available + journal = settled.
 * Lists uses that were parked although they were promised. With `repair`, balances are rebuilt from the ledger, Redis
 * loads its own again, and uses that Redis holds without an entry in the journal are journaled again; what is parked is
 * for a person to decide. The report is of what was found before.
 */
export async function auditPoints(ctx: Ctx, { repair }: { repair: boolean }): Promise<AuditReport> {
  const ledger = await findLedgerDrifts(ctx.db.pool, MAX_DRIFTS);
  const journal = await findJournalDrifts(ctx);
  const parked = await findBrokenPromises(ctx.db.pool, MAX_DRIFTS);
  const backlogs = await Promise.all(allShards(ctx).map((shard) => backlogOf(ctx, shard)));
  let repaired = 0;
  if (repair) {
    for (const userId of new Set(ledger.map((drift) => drift.userId))) {
      await rebuildBalance(ctx.db.pool, userId);
      await repairJournal(ctx, { userId, lostTxIds: [], staleTxIds: [] });
      repaired += 1;
    }
    for (const drift of journal) {
      await repairJournal(ctx, drift);
      repaired += 1;
    }
  }
  return {
    drifts: [
      ...ledger.map((drift) => row('ledger', drift.userId, drift.what, drift.expected, drift.found)),
      ...journal.flatMap(describe),
      ...parked.map((use) =>
        row('parked', use.userId ?? '?', `${use.why}: ${use.admission}`, use.amountPoints ?? '?', 0),
      ),
    ],
    repaired,
    backlogEntries: backlogs.reduce((sum, entries) => sum + entries, 0),
    ...(await countAudited(ctx.db.pool)),
  };
}

function describe(drift: JournalDrift): Drift[] {
  const rows: Drift[] = [];
  if (drift.available !== undefined && drift.expected !== undefined && drift.available !== drift.expected)
    rows.push(
      row('redis', drift.userId, 'available + journal is not the settled balance', drift.expected, drift.available),
    );
  for (const txId of drift.lostTxIds)
    rows.push(row('redis', drift.userId, `pending, not in the journal: ${txId}`, 1, 0));
  for (const txId of drift.staleTxIds) rows.push(row('redis', drift.userId, `pending, in the ledger: ${txId}`, 0, 1));
  return rows;
}

function row(
  where: Drift['where'],
  user: string,
  what: string,
  expected: number | string,
  found: number | string,
): Drift {
  return { where, user, what, expected: String(expected), found: String(found) };
}
