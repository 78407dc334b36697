import { afterAll, beforeAll, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { type Database, openDatabase } from '../../src/db/client.ts';
import { createStores, type Stores } from '../harness/stores.ts';

/** Without patches/postgres@3.4.9.patch the next result of the session begins behind as many holes as rows had come. */
let stores: Stores;
let db: Database;
beforeAll(async () => {
  stores = await createStores();
  // One session, so that the next statement meets what the last one left.
  db = openDatabase(stores.databaseUrl, 1);
});
afterAll(async () => {
  await db.close();
  await stores.drop();
});
const next = async () => [...(await db.pool.execute(sql`select 7 as x`))];

test.each([
  ['a simple statement', sql`select 10 / (5 - x) as q from generate_series(1, 9) x`],
  ['a prepared one', sql`select ${10}::int / (5 - x) as q from generate_series(1, 9) x`],
])('%s that fails after its first rows leaves none of them to the next', async (_, failing) => {
  expect(await db.pool.execute(failing).then(String, ({ cause }) => cause.code)).toBe('22012');
  expect(await next()).toEqual([{ x: 7 }]);
});
