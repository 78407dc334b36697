import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { createWorld, type World } from '../harness/world.ts';
import { signUpAdmin } from '../modules/characters/cast.ts';

let world: World;
let sql: postgres.Sql;
const folder = mkdtempSync(join(tmpdir(), 'seed-cms-'));
const file = join(folder, 'home.json');
beforeAll(async () => {
  world = await createWorld();
  sql = postgres(world.stores.databaseUrl, { max: 2 });
});
afterEach(async () => {
  await sql`truncate site_configs, site_config_revisions, admin_audit`;
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await sql.end();
  await world.close();
});

async function run(args: string[], env: Record<string, string> = {}, input = '') {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, '../../scripts/seed-cms.ts'), ...args], {
    env: { PATH: process.env.PATH, DATABASE_URL: world.stores.databaseUrl, REDIS_URL: world.stores.redisUrl, ...env },
    stdin: new Blob([input]),
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [output, errors, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { output, errors, code };
}
const say = (document: unknown) => Bun.write(file, JSON.stringify(document));
const everything = async () => ({
  documents: await sql`select key, value, version from site_configs order by key`,
  revisions: await sql`select key, version, origin from site_config_revisions order by key, version`,
  audit: await sql`select actor_id, action, target, outcome from admin_audit order by target`,
});

const home = {
  homeBanners: [{ id: 'spring', title: 'Spring', imageUrl: '/static/a.png' }, { title: 'No id' }],
  homeSlots: [{ id: 'mine', title: 'Mine', contentPicks: [{ type: 'story', item: { id: crypto.randomUUID() } }] }],
  homePopups: { enabled: true, title: 'An old shape' },
  characterTagDisplay: { prioritySlugs: ['a'], hiddenSlugs: [] },
};

test('writes what the file says, with revisions and rows of the trail; a second run changes nothing', async () => {
  await say(home);
  const first = await run([file]);
  expect(first).toMatchObject({ code: 0, errors: '' });
  for (const line of [
    'homeBanners: changed',
    '  + [spring] "Spring"',
    'homeSlots: changed',
    '  + [mine] "Mine"',
    '  + items[pop_',
    '  ~ prioritySlugs: [] → ["a"]',
  ])
    expect(first.output).toContain(line);
  const after = await everything();
  expect(after.documents.map(({ key, version }) => [key, version])).toEqual([
    ['characterTagDisplay', 1],
    ['homeBanners', 1],
    ['homePopups', 1],
    ['homeSlots', 1],
  ]);
  expect(after.revisions.every(({ origin }) => origin === 'seed')).toBe(true);
  expect(after.audit).toHaveLength(4);
  expect(after.audit[0]).toEqual({
    actor_id: null,
    action: 'cms.seed',
    target: 'characterTagDisplay',
    outcome: 'done',
  });
  expect((await world.client.get('/cms/home/banners')).body[0]).toMatchObject({ id: 'spring', title: 'Spring' });
  const again = await run([file]);
  expect(again.output.match(/as it should be/g)).toHaveLength(4);
  expect(await everything()).toEqual(after);
});

test('--dry-run tells the same and writes nothing', async () => {
  await say(home);
  const told = await run(['--dry-run', file]);
  expect(told).toMatchObject({ code: 0, errors: '' });
  expect(told.output).toContain('homeBanners: would change');
  expect(told.output).toContain('Nothing was written.');
  expect(await everything()).toEqual({ documents: [], revisions: [], audit: [] } as never);
});

test('only the documents that the file names, and only what differs; also from the standard input', async () => {
  const admin = await signUpAdmin(world);
  await world.client.put(
    '/cms/home/banners',
    [
      { id: 'a', title: 'A' },
      { id: 'b', title: 'B' },
      { id: 'c', title: 'C' },
    ],
    { token: admin.token },
  );
  const wanted = {
    homeBanners: [
      { id: 'c', title: 'C' },
      { id: 'a', title: 'A!' },
    ],
  };
  const told = await run(['-'], {}, JSON.stringify(wanted));
  expect(told).toMatchObject({ code: 0, errors: '' });
  expect(told.output.trim().split('\n')).toEqual([
    'homeBanners: changed',
    '  - [b] "B"',
    '  ~ [a].title: "A" → "A!"',
    '  ~ another order: c, a',
  ]);
  expect((await everything()).documents).toHaveLength(1);
});

test.each([
  ['a bad address', { homeBanners: [{ linkUrl: 'javascript:x' }] }, /homeBanners\/0\/linkUrl must be an https/],
  ['a bad one beside good ones', { ...home, homePopups: { maxDisplayCount: 99 } }, /homePopups\/maxDisplayCount/],
  ['an unknown document', { homePage: [] }, /no document "homePage"/],
  ['no object', [], /one JSON object/],
])('%s: sentences, exit code 1, nothing written', async (_, document, sentence) => {
  await say(document);
  const refused = await run([file]);
  expect(refused.code).toBe(1);
  expect(refused.errors).toMatch(sentence);
  expect(refused.errors).not.toMatch(/\bat .*:\d+:\d+/);
  expect((await everything()).documents).toHaveLength(0);
});

test.each([
  ['no file', [], {}, /A JSON file is needed/],
  ['a missing file', ['/nowhere.json'], {}, /cannot be read/],
  ['an unknown option', ['x.json', '--force'], {}, /What is --force/],
  ['two files', ['x.json', 'y.json'], {}, /What is y.json/],
  ['no database', [file], { DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/x' }, /Postgres does not answer/],
])('%s: one sentence, exit code 1', async (_, args, env, sentence) => {
  await say(home);
  const refused = await run(args, env);
  expect(refused.code).toBe(1);
  expect(refused.errors).toMatch(sentence);
  expect(refused.errors).not.toContain('hunter2');
});

test('a broken file, and --help', async () => {
  await Bun.write(file, '{');
  expect((await run([file])).errors).toContain('is not valid JSON');
  expect((await run(['--help'])).output).toContain('bun run seed-cms FILE');
});
