import { expect, test } from 'bun:test';
import { coalesced } from '../../src/lib/coalesce.ts';

/** Runs that a test ends by hand. */
function byHand() {
  const runs: PromiseWithResolvers<number>[] = [];
  const call = coalesced(() => {
    const run = Promise.withResolvers<number>();
    runs.push(run);
    return run.promise;
  });
  return { runs, call };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('one run at a time, one behind it, and nobody gets a run that began before he asked', async () => {
  const { runs, call } = byHand();
  const first = call();
  const late = [call(), call(), call()];
  expect(runs).toHaveLength(1);
  runs[0]!.resolve(1);
  expect(await first).toBe(1);
  await turn();
  expect(runs).toHaveLength(2);
  const later = call();
  runs[1]!.resolve(2);
  expect(await Promise.all(late)).toEqual([2, 2, 2]);
  await turn();
  expect(runs).toHaveLength(3);
  runs[2]!.resolve(3);
  expect(await later).toBe(3);
  const after = call();
  expect(runs).toHaveLength(4);
  runs[3]!.resolve(4);
  expect(await after).toBe(4);
});

test('a failed run fails those who waited for it, and no others', async () => {
  const { runs, call } = byHand();
  const first = call();
  const late = call();
  runs[0]!.reject(new Error('down'));
  await expect(first).rejects.toThrow('down');
  await turn();
  runs[1]!.resolve(2);
  expect(await late).toBe(2);
});
