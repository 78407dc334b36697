import { expect, test } from 'bun:test';
import { createStores } from '../harness/stores.ts';

test('a pool whose sessions are killed under its transactions settles them all and stays usable', async () => {
  const stores = await createStores();
  const script = Bun.fileURLToPath(import.meta.resolve('./child-lost-sessions.ts'));
  const child = Bun.spawn([process.execPath, script, stores.databaseUrl], { stdout: 'pipe', stderr: 'inherit' });
  const [output, code] = await Promise.all([child.stdout.text(), child.exited]);
  expect(code).toBe(0);
  // Without patches/postgres@3.4.9.patch nearly every round after the first hangs.
  expect(JSON.parse(output)).toEqual({ unsettled: 0, stuck: false });
  await stores.drop();
}, 60_000);
