import { sql } from 'drizzle-orm';
import type { Ctx } from '../../src/context.ts';
import { createFetch, type Fetch } from '../../src/fetch.ts';
import { fillCharacters } from './character-rows.ts';
import type { Row } from './table.ts';
import type { BenchWorld } from './world.ts';

const CHARACTERS = 100_000;
const REQUESTS = 300;
const WARM_UP = 20;
/** The limit that lists and pages have to keep at this size. */
const LIMIT_MS = 20;

/** An answer that asks nobody: what the machine itself takes at that moment. */
const BARE = '/health';

const cases: [name: string, paths: (ids: string[], tags: string[]) => string[]][] = [
  ['the front page (likes)', () => ['/characters?limit=24']],
  ['by chats, third page', () => ['/characters?sort=views&limit=24&skip=48']],
  ['newest', () => ['/characters?sort=recent&limit=60']],
  ['two tags', (_, tags) => [`/characters?tags=${tags[3]},${tags[9]}`, `/characters?tags=${tags[40]},${tags[50]}`]],
  ['gender and type', () => ['/characters?gender=other&tags=롤플&only=regular']],
  ['search: common word', () => ['/characters?search=서울', '/characters?search=학교', '/characters?search=마법']],
  ['search: rare word', () => ['/characters?search=saffron', '/characters?search=거너', '/characters?search=추우']],
  [
    'search: two words, a creator, nothing',
    () => ['/characters?search=마법 기사', '/characters?search=@writer77', '/characters?search=없는말'],
  ],
  ['search: one character', () => ['/characters?search=용', '/characters?search=d']],
  ['deepest page', () => ['/characters?skip=10000&limit=20']],
  ['detail', (ids) => ids.map((id) => `/characters/${id}`)],
];

/** Lists and pages over 100,000 characters, one request after the other through the whole API: p99 and queries. */
export async function benchCharacters({ ctx }: BenchWorld): Promise<Row[]> {
  await fillCharacters(ctx, CHARACTERS);
  return measureCharacters(ctx);
}

async function measureCharacters(ctx: Ctx): Promise<Row[]> {
  const api = createFetch(ctx);
  const queries = countQueries(ctx.db.pool);
  const ids = (await ctx.db.pool.execute<{ id: string }>(sql`select id from characters where is_public limit 200`)).map(
    (row) => row.id,
  );
  const tags = (await ctx.db.pool.execute<{ slug: string }>(sql`select slug from tags order by slug`)).map(
    (row) => row.slug,
  );
  const bare = await timesOf(api, [BARE]);
  const rows: Row[] = [];
  for (const [name, pathsOf] of cases) {
    const before = queries();
    const times = await timesOf(api, pathsOf(ids, tags));
    rows.push(row(name, times, bare, (queries() - before) / (REQUESTS + WARM_UP)));
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
    name: `characters, ${name}`,
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
