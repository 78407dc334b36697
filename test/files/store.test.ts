import { afterAll, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDiskStore } from '../../src/files/store.ts';

const root = mkdtempSync(join(tmpdir(), 'fabula-store-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const name = (digit: string) => `${digit.repeat(64)}.png`;
const staged = () => readdirSync(join(root, 'staging'));

test('a file is there as a whole once it is kept, and not before', async () => {
  const store = openDiskStore(root);
  const file = await store.receive();
  await file.write(Buffer.from('one '));
  await file.write(Buffer.from('two'));
  expect(Buffer.from(await file.read()).toString()).toBe('one two');
  expect(await store.open(name('a'))).toBeUndefined();
  await file.keep(name('a'));
  const kept = await store.open(name('a'));
  expect(kept?.sizeBytes).toBe(7);
  expect(await kept?.body.text()).toBe('one two');
  expect(readdirSync(join(root, 'aa', 'aa'))).toEqual([name('a')]);
  expect(staged()).toEqual([]);
});

test('what is dropped leaves nothing behind; what is there stays as it is', async () => {
  const store = openDiskStore(root);
  const dropped = await store.receive();
  await dropped.write(Buffer.from('x'));
  await dropped.drop();
  const again = await store.receive();
  await again.keep(name('a'));
  expect(await (await store.open(name('a')))?.body.text()).toBe('one two');
  expect(staged()).toEqual([]);
});

test('twenty keep the same file at once', async () => {
  const store = openDiskStore(root);
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      const file = await store.receive();
      await file.write(Buffer.from('same'));
      await file.keep(name('b'));
    }),
  );
  expect(await (await store.open(name('b')))?.body.text()).toBe('same');
  expect(staged()).toEqual([]);
});

test('only names that we give are names', async () => {
  const store = openDiskStore(root);
  for (const bad of [
    '../x.png',
    'x.png',
    `${'A'.repeat(64)}.png`,
    `${'a'.repeat(64)}.svg`,
    `${name('a')}\n`,
    '',
    `/${name('a')}`,
  ]) {
    const file = await store.receive();
    await expect(file.keep(bad)).rejects.toThrow('Not the name');
    await file.drop();
    expect(await store.open(bad)).toBeUndefined();
  }
});

test('what a dead process left is swept away, what another one is receiving is not', async () => {
  mkdirSync(join(root, 'staging'), { recursive: true });
  for (const left of ['old', 'young']) writeFileSync(join(root, 'staging', left), left);
  const hoursAgo = new Date(Date.now() - 2 * 3_600_000);
  utimesSync(join(root, 'staging', 'old'), hoursAgo, hoursAgo);
  const file = await openDiskStore(root).receive();
  expect(staged()).toContain('young');
  expect(staged()).not.toContain('old');
  await file.drop();
});
