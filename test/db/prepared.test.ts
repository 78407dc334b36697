import { afterAll, beforeAll, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { type Database, openDatabase } from '../../src/db/client.ts';
import { outboxMails } from '../../src/db/tables/mail.ts';
import { violatedUnique, withTx } from '../../src/db/tx.ts';
import { newId } from '../../src/lib/ids.ts';
import { createStores, type Stores } from '../harness/stores.ts';

let stores: Stores;
let db: Database;

beforeAll(async () => {
  stores = await createStores();
  // One session each, so that what a session remembers can be asked for.
  db = openDatabase(stores.databaseUrl, 1);
});

afterAll(async () => {
  await db.close();
  await stores.drop();
});

const prepared = (text: string) =>
  sql`select statement, (generic_plans + custom_plans)::int as uses from pg_prepared_statements
    where statement like ${`%${text}%`} and statement not like '%pg_prepared_statements%'`;

test('a statement is prepared once per session, on the pool and in transactions', async () => {
  const ask = (n: number) => sql`select ${n}::int as asked_before`;
  for (let n = 0; n < 3; n += 1) await db.pool.execute(ask(n));
  expect([...(await db.pool.execute(prepared('asked_before')))]).toEqual([
    { statement: 'select $1::int as asked_before', uses: 3 },
  ]);
  for (let n = 0; n < 2; n += 1) await withTx(db, (tx) => tx.execute(ask(n)));
  const rows = await withTx(db, (tx) => tx.execute(prepared('asked_before')));
  expect([...rows]).toEqual([{ statement: 'select $1::int as asked_before', uses: 2 }]);
});

test('a long statement of many rows is not kept', async () => {
  const values = Array.from({ length: 600 }, (_, n) => sql`(${n}::int, 'kept_for_long')`);
  const rows = await db.pool.execute(sql`select count(*)::int as n from (values ${sql.join(values, sql`, `)}) v`);
  expect(rows[0]?.n).toBe(600);
  expect(await db.pool.execute(prepared('kept_for_long'))).toHaveLength(0);
});

test('of statements sent together, the one that failed first is the reason', async () => {
  const mail = (idempotencyKey: string) => ({
    id: newId(),
    idempotencyKey,
    recipient: 'a@example.com',
    subject: 's',
    text: 't',
    html: 'h',
    links: [],
    createdAt: new Date(),
  });
  const key = newId();
  const beside = sql`select ${1}::int as beside`;
  // Both are prepared by now, so that they travel together.
  await withTx(db, (tx) => Promise.all([tx.insert(outboxMails).values(mail(key)), tx.execute(beside)]));
  // More awaits lie between the first failure and the transaction's end than behind the second.
  const slowToTell = async (insert: Promise<unknown>) => {
    const [outcome] = await Promise.allSettled([insert]);
    for (let awaits = 0; awaits < 20; awaits += 1) await null;
    if (outcome.status === 'rejected') throw outcome.reason;
  };
  const failed = withTx(db, (tx) =>
    Promise.all([slowToTell(tx.insert(outboxMails).values(mail(key)).execute()), tx.execute(beside)]),
  );
  const error = await failed.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(violatedUnique(error)).toBe('outbox_mails_idempotency_key');
});
