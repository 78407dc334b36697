import { loadConfig } from '../src/config.ts';
import { closeContext, openContext } from '../src/context.ts';
import { createLogger } from '../src/lib/log.ts';
import { auditPayments } from '../src/modules/payments/audit.ts';
import { auditPoints } from '../src/modules/points/audit.ts';
import { runScript } from './run-script.ts';

const HELP = `bun run audit-points [--repair] [--payments]

Compares the ledger of points with the settled balances (the sum of a user's rows is his balance) and these with Redis
(available + journal = settled), and lists uses that were parked. May run while people spend.

  --repair    rebuilds balances from the ledger, lets Redis load its own again, and journals again what it holds
              without an entry. What is parked stays: a person has to decide.
  --payments  lists payments that a person should look at as well

Exit code 0: all agree. 2: something does not (with --repair too: run it once more to see that it does now). 1: it could
not be done.`;

await runScript(HELP, async (args) => {
  const strange = args.find((argument) => !['--repair', '--payments'].includes(argument));
  if (strange) throw new Error(`What is ${strange}?\n\n${HELP}`);
  const ctx = await openContext(loadConfig(), { log: createLogger('error') });
  try {
    const { drifts, repaired, users, ledgerRows, openDebtPoints, backlogEntries } = await auditPoints(ctx, {
      repair: args.includes('--repair'),
    });
    if (drifts.length > 0) console.table(drifts);
    console.log(
      `${users} users, ${ledgerRows} ledger rows, ${openDebtPoints} points of open debts, ${backlogEntries} uses in the journal: ${drifts.length} drifts, ${repaired} repaired.`,
    );
    if (drifts.length > 0) process.exitCode = 2;
    if (args.includes('--payments')) await showPayments(ctx);
  } finally {
    await closeContext(ctx);
  }
});

async function showPayments(ctx: Parameters<typeof auditPayments>[0]): Promise<void> {
  const anomalies = await auditPayments(ctx);
  if (anomalies.length > 0) {
    console.table(anomalies);
    process.exitCode = 2;
  }
  console.log(`${anomalies.length} payments to look at.`);
}
