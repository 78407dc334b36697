import { createFetch, type Fetch } from '../../src/fetch.ts';
import type { Row } from './table.ts';
import type { BenchWorld } from './world.ts';

const REQUESTS = 300;
const WARM_UP = 20;
/** The limit that lists and pages have to keep at 100,000 rows. */
const LIMIT_MS = 20;

/** An answer that asks nobody: what the machine itself takes at that moment. */
const BARE = '/health';

export type ListCase = [name: string, paths: string[]];

/** Requests one after the other through the whole API, case by case: p99 and queries. */
export async function measureLists({ ctx }: BenchWorld, what: string, cases: ListCase[]): Promise<Row[]> {
  const api = createFetch(ctx);
  const queries = countQueries(ctx.db.pool);
  const bare = await timesOf(api, [BARE]);
  const rows: Row[] = [];
  for (const [name, paths] of cases) {
    const before = queries();
    const times = await timesOf(api, paths);
    rows.push(row(`${what}, ${name}`, times, bare, (queries() - before) / (REQUESTS + WARM_UP)));
  }
  return rows;
}

/** Milliseconds of each request, in order of size. */
async function timesOf(api: Fetch, paths: string[]): Promise<number[]> {
  const times: number[] = [];
  for (let i = -WARM_UP; i < REQUESTS; i++) {
    const path = paths[Math.abs(i) % paths.length] as string;
    const from = performance.now();
    const response = await api(new Request(`http://localhost${path}`));
    await response.text();
    if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
    if (i >= 0) times.push(performance.now() - from);
  }
  return times.sort((a, b) => a - b);
}

function row(name: string, ours: number[], bare: number[], queries: number): Row {
  const at = (times: number[], share: number) => times[Math.floor((times.length - 1) * share)] as number;
  const p99 = at(ours, 0.99);
  return {
    name,
    ours: `p99 ${p99.toFixed(1)} ms`,
    bare: `p99 ${at(bare, 0.99).toFixed(1)} ms`,
    ratio: LIMIT_MS / p99,
    note: `p50 ${at(ours, 0.5).toFixed(1)} ms, fastest ${at(ours, 0).toFixed(1)} ms, ${queries.toFixed(1)} queries; ratio: ${LIMIT_MS} ms to p99`,
  };
}

/** Counts what goes to Postgres through a pool. */
function countQueries(pool: unknown): () => number {
  const { $client: client } = pool as { $client: { unsafe: (...args: unknown[]) => unknown } };
  const send = client.unsafe.bind(client);
  let count = 0;
  client.unsafe = (...args) => {
    count += 1;
    return send(...args);
  };
  return () => count;
}
