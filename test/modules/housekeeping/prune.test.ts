import { afterAll, beforeAll, expect, test } from 'bun:test';
import { count, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { adminAudit } from '../../../src/db/tables/admin-audit.ts';
import { mailTokens, refreshTokens, sessions } from '../../../src/db/tables/auth.ts';
import { extractionJobs } from '../../../src/db/tables/extraction.ts';
import { generationJobs } from '../../../src/db/tables/generation.ts';
import { outboxMails } from '../../../src/db/tables/mail.ts';
import { stories } from '../../../src/db/tables/stories.ts';
import { turns } from '../../../src/db/tables/turns.ts';
import { users } from '../../../src/db/tables/users.ts';
import { viewBatches } from '../../../src/db/tables/views.ts';
import { addSeconds } from '../../../src/lib/clock.ts';
import { newId } from '../../../src/lib/ids.ts';
import { pruneExpired } from '../../../src/modules/housekeeping/prune.ts';
import { chatIn } from '../../harness/chat.ts';
import { newNames } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
let userId: string;
beforeAll(async () => {
  world = await createWorld();
  userId = newId();
  await world.ctx.db.pool.insert(users).values({ id: userId, ...newNames(), passwordHash: 'x', gender: 'male' });
});
afterAll(() => world.close());

const ago = (days: number) => addSeconds(world.clock.now(), -days * 86_400);
const rowsOf = async (table: PgTable) => (await world.ctx.db.pool.select({ n: count() }).from(table))[0]!.n;

const job = (endedAt: Date | null) => ({
  id: newId(),
  ownerKey: newId(),
  requestHash: 'x',
  status: endedAt ? ('done' as const) : ('running' as const),
  stage: 'x',
  title: '',
  content: '',
  createdAt: ago(99),
  heartbeatAt: ago(0),
  endedAt,
});
const link = (expiresAt: Date) => ({
  id: newId(),
  purpose: 'reset' as const,
  email: 'a@example.com',
  createdAt: ago(99),
  expiresAt,
});
const session = (expiresAt: Date, revokedAt: Date | null = null) => ({
  id: newId(),
  userId,
  userAgent: '',
  address: '',
  createdAt: ago(99),
  lastSeenAt: ago(99),
  expiresAt,
  revokedAt,
});
const mail = (createdAt: Date) => ({
  id: newId(),
  idempotencyKey: newId(),
  recipient: '',
  subject: '',
  text: '',
  html: '',
  links: [],
  createdAt,
});

test('what has outlived its time goes, the rest stays', async () => {
  const db = world.ctx.db.pool;
  await db.insert(generationJobs).values([job(ago(1.1)), job(ago(0.9)), job(null)]);
  const storyId = newId();
  await db.insert(stories).values({ id: storyId, creatorId: userId, title: 'x', content: 'x' });
  const search = (endedAt: Date | null) => ({ ...job(endedAt), storyId, stage: 'done' as const });
  await db.insert(extractionJobs).values([search(ago(7.1)), search(ago(6.9)), search(null)]);
  await db.insert(mailTokens).values([link(ago(7.1)), link(ago(6.9)), link(ago(-1))]);
  const kept = session(ago(-1));
  const doomed = session(ago(30.1));
  await db
    .insert(sessions)
    .values([kept, doomed, session(ago(29.9)), session(ago(-1), ago(30.1)), session(ago(-1), ago(29.9))]);
  const refresh = (sessionId: string, expiresAt: Date) => ({ id: newId(), sessionId, issuedAt: ago(99), expiresAt });
  await db
    .insert(refreshTokens)
    .values([refresh(kept.id, ago(1.1)), refresh(kept.id, ago(0.9)), refresh(doomed.id, ago(-1))]);
  await db.insert(outboxMails).values([mail(ago(7.1)), mail(ago(6.9))]);
  await db.insert(viewBatches).values([7.1, 6.9].map((days) => ({ id: newId(), appliedAt: ago(days) })));
  const read = { id: newId(), route: 'GET /admin/users', outcome: 'done' as const, createdAt: ago(30.1) };
  await db
    .insert(adminAudit)
    .values([
      read,
      { ...read, id: newId(), createdAt: ago(29.9) },
      { ...read, id: newId(), route: 'PUT /cms/home/slots' },
      { ...read, id: newId(), route: null, action: 'cms.seed' },
    ]);
  await db.execute(sql`select graphile_worker.add_job('mail.verify', '{}'::json) from generate_series(1, 3)`);
  await db.execute(sql`
    update graphile_worker._private_jobs set attempts = max_attempts, updated_at = now() - interval '31 days'
    where id = (select min(id) from graphile_worker._private_jobs)`);

  expect(await pruneExpired(world.ctx)).toEqual({
    ended_generations: 1,
    ended_extractions: 1,
    expired_mail_links: 1,
    dead_sessions: 2,
    expired_refreshes: 1,
    failed_turns: 0,
    outbox_mails: 1,
    view_batches: 1,
    audited_reads: 1,
    dead_jobs: 1,
  });
  expect(await rowsOf(generationJobs)).toBe(2);
  expect(await rowsOf(extractionJobs)).toBe(2);
  expect(await rowsOf(mailTokens)).toBe(2);
  expect(await rowsOf(sessions)).toBe(3);
  expect(await rowsOf(refreshTokens)).toBe(1);
  expect(await rowsOf(outboxMails)).toBe(1);
  expect(await rowsOf(viewBatches)).toBe(1);
  expect(Object.values(await pruneExpired(world.ctx)).every((deleted) => deleted === 0)).toBe(true);
});

test('many rows go in batches, also with several workers at it', async () => {
  await world.ctx.db.pool.insert(outboxMails).values(Array.from({ length: 2_300 }, () => mail(ago(8))));
  const counts = await Promise.all([pruneExpired(world.ctx), pruneExpired(world.ctx)]);
  expect(counts[0]!.outbox_mails! + counts[1]!.outbox_mails!).toBeLessThanOrEqual(2_300);
  await pruneExpired(world.ctx);
  expect(await rowsOf(outboxMails)).toBe(1);
  expect(await rowsOf(viewBatches)).toBe(1);
});

test('of turns, only failed ones go', async () => {
  const db = world.ctx.db.pool;
  const chat = await chatIn(world);
  await chat.send(await chat.newRoom(), 'A turn that stays');
  const [turn] = await db.select().from(turns);
  if (!turn) throw new Error('no turn');
  const failed = { ...turn, status: 'failed' as const };
  await db.insert(turns).values([
    { ...failed, id: newId(), endedAt: ago(7.1) },
    { ...failed, id: newId(), endedAt: ago(6.9) },
    { ...turn, id: newId(), turnNo: 2, endedAt: ago(99) },
  ]);
  expect((await pruneExpired(world.ctx)).failed_turns).toBe(1);
  expect(await rowsOf(turns)).toBe(3);
});
