import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { openDatabase } from '../../src/db/client.ts';
import { outboxMails } from '../../src/db/tables/mail.ts';
import { withTx } from '../../src/db/tx.ts';
import { guardProcess } from '../../src/lib/crash-guard.ts';
import { newId } from '../../src/lib/ids.ts';
import { createLogger } from '../../src/lib/log.ts';

/** Kills the backend of a transaction between its two statements, and tells what became of them. */
guardProcess(createLogger('silent'), () => process.exit(9));
const url = process.argv[2] as string;
const db = openDatabase(url, 2);
const other = postgres(url, { max: 1 });
const mail = (key: string) => ({
  id: newId(),
  idempotencyKey: key,
  recipient: 'a@example.com',
  subject: '',
  text: '',
  html: '',
  links: [],
  createdAt: new Date(),
});
const rounds = 20;
const run = newId();
let failed = 0;
for (let round = 0; round < rounds; round++) {
  try {
    await withTx(db, async (tx) => {
      await tx.insert(outboxMails).values(mail(`${run}-${round}-a`));
      const [row] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
      await other`select pg_terminate_backend(${row?.pid ?? 0})`;
      // postgres.js goes on with this callback on a new session, outside of any transaction.
      await tx.insert(outboxMails).values(mail(`${run}-${round}-b`));
    });
  } catch {
    failed += 1;
  }
}
const rowsLeft = (await other`select 1 from outbox_mails where idempotency_key like ${`${run}%`}`).length;
const usableAfterwards = (await withTx(db, async (tx) => (await tx.execute(sql`select 1`)).length)) === 1;
console.log(JSON.stringify({ rounds, failed, rowsLeft, usableAfterwards }));
process.exit(0);
