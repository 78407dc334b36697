import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { openDatabase } from '../../src/db/client.ts';
import { withTx } from '../../src/db/tx.ts';
import { guardProcess } from '../../src/lib/crash-guard.ts';
import { createLogger } from '../../src/lib/log.ts';

/** Kills all sessions of a busy pool again and again, and tells whether every transaction was settled in time. */
guardProcess(createLogger('silent'), () => process.exit(9));
const db = openDatabase(process.argv[2] as string, 4);
const other = postgres(process.argv[2] as string, { max: 1, connection: { application_name: 'other' } });
const ROUNDS = 20;
let unsettled = 0;
for (let round = 0; round < ROUNDS; round++) {
  const work = Array.from({ length: 4 }, () =>
    withTx(db, async (tx) => {
      for (let n = 0; n < 4; n++) await tx.execute(sql`select pg_sleep(0.01)`);
    }).catch(() => undefined),
  );
  await Bun.sleep(5 + round * 2);
  await other`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'fabula' and datname = current_database()`;
  const settled = await Promise.race([Promise.all(work).then(() => true), Bun.sleep(1_500).then(() => false)]);
  if (!settled) unsettled += 1;
}
const answer = await Promise.race([
  db.ping().then(
    () => 'fine',
    () => 'fine after one error',
  ),
  Bun.sleep(3_000).then(() => 'stuck'),
]);
console.log(JSON.stringify({ unsettled, stuck: answer === 'stuck' }));
process.exit(0);
