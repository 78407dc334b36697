import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { demoAccounts } from '../../scripts/demo-accounts.ts';
import { adminAudit } from '../../src/db/tables/admin-audit.ts';
import { logIn, newNames, PASSWORD, signUp } from '../harness/people.ts';
import { createWorld, type World } from '../harness/world.ts';

let world: World;
const dataDir = mkdtempSync(join(tmpdir(), 'fabula-accounts-'));
beforeAll(async () => {
  world = await createWorld();
});
afterAll(async () => {
  await world.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function run(script: string, args: string[], env: Record<string, string> = {}) {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, '../../scripts', script), ...args], {
    env: {
      PATH: process.env.PATH,
      DATA_DIR: dataDir,
      DATABASE_URL: world.stores.databaseUrl,
      REDIS_URL: world.stores.redisUrl,
      ...env,
    },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [output, errors, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { output, errors, code };
}

const isAdmin = async (token: string) => (await world.client.get('/auth/me', { token })).body.is_admin;

describe('make-admin', () => {
  test('creates a verified admin, with a password from ADMIN_PASSWORD', async () => {
    const { email } = newNames();
    const made = await run('make-admin.ts', [email.toUpperCase()], { ADMIN_PASSWORD: PASSWORD });
    expect(made).toMatchObject({ code: 0, errors: '' });
    expect(made.output).toStartWith('created');
    expect(made.output).not.toContain(PASSWORD);
    expect(await isAdmin((await logIn(world.client, email)).token)).toBe(true);
  });

  test('promotes an account that is there, keeps its password, and ends the sessions with the old rights', async () => {
    const person = await signUp(world);
    expect(await isAdmin(person.token)).toBe(false);
    expect((await run('make-admin.ts', [person.email])).output).toStartWith('changed');
    expect(await world.ctx.db.pool.select().from(adminAudit).where(eq(adminAudit.target, person.id))).toMatchObject([
      { actorId: null, action: 'account.rights', details: { is_admin: true }, outcome: 'done' },
    ]);
    expect((await world.client.get('/auth/me', { token: person.token })).status).toBe(401);
    expect(await isAdmin((await logIn(world.client, person.email)).token)).toBe(true);
  });

  test.each([
    ['no address', [], {}, /An e-mail address is needed/],
    ['no password and no terminal', ['new@example.com'], {}, /ADMIN_PASSWORD/],
    ['a weak password', ['new@example.com'], { ADMIN_PASSWORD: 'short' }, /8 to 100 characters/],
    [
      'no database',
      ['new@example.com'],
      { DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/x' },
      /Postgres does not answer/,
    ],
  ])('%s: one sentence, exit code 1', async (_, args, env, sentence) => {
    const refused = await run('make-admin.ts', args, env);
    expect(refused.code).toBe(1);
    expect(refused.errors).toMatch(sentence);
    expect(refused.errors).not.toMatch(/\bat .*:\d+:\d+|hunter2/);
  });

  test('--help', async () => {
    expect((await run('make-admin.ts', ['--help'])).output).toContain('bun run make-admin EMAIL');
  });
});

test('migrating brings the default tags, in production too', async () => {
  const slugs = async () => ((await world.client.get('/tags')).body as { slug: string }[]).map(({ slug }) => slug);
  expect(await slugs()).not.toContain('남성향');
  const env = {
    NODE_ENV: 'production',
    JWT_SECRET_KEY: 'x'.repeat(40),
    RESEND_API_KEY: 're_x',
    PAYMENT_WEBHOOK_SECRET: `whsec_${btoa('x'.repeat(32))}`,
  };
  expect(await run('migrate.ts', [], env)).toMatchObject({ code: 0, errors: '' });
  expect(await slugs()).toEqual(expect.arrayContaining(['남성향', '여성향', '전체', '애니풍', '아트웤', '롤플']));
}, 30_000);

test('the seed may run any number of times, and never in production', async () => {
  const first = await run('seed.ts', []);
  expect(first).toMatchObject({ code: 0, errors: '' });
  expect(first.output).toContain('created  서하린');
  const again = await run('seed.ts', []);
  expect(again.code).toBe(0);
  expect(again.output).not.toContain('created  ');
  expect(again.output).toContain('kept     12 characters, 3 stories');
  for (const { email, password, isAdmin: admin } of demoAccounts)
    expect(await isAdmin((await logIn(world.client, email, password)).token)).toBe(admin);
  const refused = await run('seed.ts', [], {
    NODE_ENV: 'production',
    JWT_SECRET_KEY: 'x'.repeat(40),
    RESEND_API_KEY: 're_x',
    PAYMENT_WEBHOOK_SECRET: `whsec_${btoa('x'.repeat(32))}`,
  });
  expect(refused.code).toBe(1);
}, 30_000);
