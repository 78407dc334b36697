import { expect, test } from 'bun:test';
import { jsonArray } from '../../src/http/json-stream.ts';

async function* listOf(entries: unknown[]) {
  yield* entries;
}

test.each([
  [[]],
  [[1]],
  [[null, 'a "b" 비', { c: [1] }]],
  [Array.from({ length: 5_000 }, (_, n) => ({ n, x: 'x'.repeat(90) }))],
])('is the list as JSON', async (entries: unknown[]) => {
  const response = await jsonArray(listOf(entries));
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(await response.json()).toEqual(entries);
});

test('an error before the first entry is thrown; one after it cuts the answer off', async () => {
  async function* failing(first: unknown[]) {
    yield* first;
    throw new Error('gone');
  }
  await expect(jsonArray(failing([]))).rejects.toThrow('gone');
  const cut = await jsonArray(failing(['x'.repeat(100_000)]));
  expect(await cut.text().catch((error: Error) => error.message)).toBe('gone');
});

test('reads no further than its reader does, and ends the list when the reader leaves', async () => {
  let read = 0;
  let ended = false;
  async function* counting() {
    try {
      for (; ; read += 1) yield 'x'.repeat(70_000);
    } finally {
      ended = true;
    }
  }
  const body = (await jsonArray(counting())).body?.getReader();
  for (let n = 0; n < 3; n += 1) await body?.read();
  expect(read).toBeLessThan(7);
  await body?.cancel();
  expect(ended).toBe(true);
});
