import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { eq } from 'drizzle-orm';
import postgres from 'postgres';
import { type Database, openDatabase } from '../../src/db/client.ts';
import { outboxMails } from '../../src/db/tables/mail.ts';
import { isDatabaseDown, violatedUnique, withTx } from '../../src/db/tx.ts';
import { newId } from '../../src/lib/ids.ts';
import { createStores, type Stores } from '../harness/stores.ts';

let stores: Stores;
let db: Database;
let other: postgres.Sql;

beforeAll(async () => {
  stores = await createStores();
  db = openDatabase(stores.databaseUrl, 3);
  other = postgres(stores.databaseUrl, { max: 1, onnotice: () => undefined });
});
afterAll(async () => {
  await Promise.all([db.close(), other.end()]);
  await stores.drop();
});

const mail = (key: string) => ({
  id: newId(),
  idempotencyKey: key,
  recipient: 'a@example.com',
  subject: 's',
  text: 't',
  html: 'h',
  links: [],
  createdAt: new Date(),
});
const stored = async (key: string) =>
  (await other`select 1 from outbox_mails where idempotency_key like ${`${key}%`}`).length;

describe('withTx', () => {
  test('commits what it did, and rolls back what threw', async () => {
    const key = newId();
    await withTx(db, (tx) => tx.insert(outboxMails).values(mail(`${key}-a`)));
    const failing = withTx(db, async (tx) => {
      await tx.insert(outboxMails).values(mail(`${key}-b`));
      throw new Error('no');
    });
    expect(failing).rejects.toThrow('no');
    await failing.catch(() => undefined);
    expect(await stored(key)).toBe(1);
  });

  test('a backend that dies within it leaves nothing of it behind, and the process lives on', async () => {
    // In a process of its own, since the extra error that postgres.js raises outside of any promise fails a test runner.
    const child = Bun.spawn([process.execPath, `${import.meta.dir}/child-dying-backend.ts`, stores.databaseUrl], {
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const [output, errors, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
    expect(errors).toBe('');
    expect(code).toBe(0);
    expect(JSON.parse(output)).toEqual({ rounds: 20, failed: 20, rowsLeft: 0, usableAfterwards: true });
  }, 20_000);

  test('its pool cannot write outside of it', async () => {
    const write = db.transactions.insert(outboxMails).values(mail(newId())).execute();
    expect(
      await write.then(
        () => undefined,
        (error: unknown) => isDatabaseDown(error),
      ),
    ).toBe(true);
  });
});

test('a refused row names its constraint', async () => {
  const key = newId();
  await db.pool.insert(outboxMails).values(mail(key));
  const error = await db.pool
    .insert(outboxMails)
    .values(mail(key))
    .then(
      () => undefined,
      (caught: unknown) => caught,
    );
  expect(violatedUnique(error)).toBe('outbox_mails_idempotency_key');
  expect(violatedUnique(new Error('other'))).toBeUndefined();
  expect(isDatabaseDown(error)).toBe(false);
  expect(await db.pool.select().from(outboxMails).where(eq(outboxMails.idempotencyKey, key))).toHaveLength(1);
});

test('a database that is away is told from a statement that is wrong', async () => {
  const nobody = openDatabase('postgres://postgres@127.0.0.1:1/none', 2);
  const error = await nobody.ping().then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(isDatabaseDown(error)).toBe(true);
  await nobody.close();
});
