import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { eq } from 'drizzle-orm';
import { mailTokens } from '../../../src/db/tables/auth.ts';
import { users } from '../../../src/db/tables/users.ts';
import { addSeconds } from '../../../src/lib/clock.ts';
import { newId } from '../../../src/lib/ids.ts';
import { parseMailToken } from '../../../src/lib/mail-token.ts';
import { tokenOfLink } from '../../../src/mail/links.ts';
import type { Mail, Mailer } from '../../../src/mail/mailer.ts';
import {
  sendForgotPasswordMail,
  sendPasswordChangedMail,
  sendVerificationMail,
} from '../../../src/modules/auth/mails.ts';
import { newNames } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
let sent: Mail[] = [];
let refuse = 0;
const mailer: Mailer = {
  kind: 'outbox',
  async send(mail) {
    if (refuse-- > 0) throw new Error('not now');
    sent.push(mail);
  },
};
beforeAll(async () => {
  world = await createWorld({ overrides: { mail: mailer } });
});
afterAll(() => world.close());
beforeEach(() => {
  sent = [];
  refuse = 0;
});

async function insertUser(fields: Partial<typeof users.$inferInsert> = {}) {
  const row = { id: newId(), ...newNames(), passwordHash: 'x', gender: 'female' as const, isVerified: true, ...fields };
  await world.ctx.db.pool.insert(users).values(row);
  return row;
}

async function insertVerification(fields: Partial<typeof mailTokens.$inferInsert> = {}) {
  const now = world.clock.now();
  const row = {
    id: newId(),
    purpose: 'verify' as const,
    email: newNames().email,
    createdAt: now,
    expiresAt: addSeconds(now, 60),
    ...fields,
  };
  await world.ctx.db.pool.insert(mailTokens).values(row);
  return row;
}

const tokenRow = async (id: string) =>
  (await world.ctx.db.pool.select().from(mailTokens).where(eq(mailTokens.id, id)))[0];
const forgot = async (email: string) => {
  const requestId = newId();
  await sendForgotPasswordMail(world.ctx, { requestId, email });
  return requestId;
};
/** The row that the mail's only token opens. */
function opens(mail: Mail, purpose: 'verify' | 'reset'): string | undefined {
  const link = /https?:\S+/.exec(mail.text)![0];
  const found = tokenOfLink(link);
  return found?.action === purpose ? parseMailToken(world.ctx.config.auth.jwtSecret, purpose, found.token) : undefined;
}

describe('mail.verify', () => {
  test('mails the link in the asked language, and the very same mail again when repeated', async () => {
    const row = await insertVerification();
    await sendVerificationMail(world.ctx, { tokenId: row.id, language: 'ko' });
    await sendVerificationMail(world.ctx, { tokenId: row.id, language: 'ko' });
    expect(sent).toHaveLength(2);
    expect(sent[1]).toEqual(sent[0]!);
    expect(sent[0]).toMatchObject({ to: row.email, idempotencyKey: `verify-email/${row.id}` });
    expect(sent[0]!.subject).toMatch(/[가-힣]/);
    expect(opens(sent[0]!, 'verify')).toBe(row.id);
  });

  test.each([
    ['expired', { expiresAt: new Date(0) }],
    ['opened already', { usedAt: new Date(0) }],
    ['for another purpose', { purpose: 'reset' as const }],
  ])('a link that is %s is not mailed', async (_, fields) => {
    const row = await insertVerification(fields);
    await sendVerificationMail(world.ctx, { tokenId: row.id, language: 'en' });
    expect(sent).toEqual([]);
  });

  test('a link whose row is gone is not mailed', async () => {
    await sendVerificationMail(world.ctx, { tokenId: newId(), language: 'en' });
    expect(sent).toEqual([]);
  });
});

describe('mail.forgot_password', () => {
  test('a verified account gets a reset link for an hour, in its own language', async () => {
    const user = await insertUser({ locale: 'ko' });
    const requestId = await forgot(user.email);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ to: user.email, idempotencyKey: `reset-password/${requestId}` });
    expect(sent[0]!.subject).toMatch(/[가-힣]/);
    expect(opens(sent[0]!, 'reset')).toBe(requestId);
    const row = (await tokenRow(requestId))!;
    expect(row).toMatchObject({ purpose: 'reset', email: user.email, usedAt: null });
    expect(row.expiresAt.getTime() - row.createdAt.getTime()).toBe(3_600_000);
  });

  test('an unverified account gets a verification link for a day instead', async () => {
    const user = await insertUser({ isVerified: false });
    const requestId = await forgot(user.email);
    expect(sent).toHaveLength(1);
    expect(sent[0]!.idempotencyKey).toBe(`verify-email/${requestId}`);
    expect(opens(sent[0]!, 'verify')).toBe(requestId);
    const row = (await tokenRow(requestId))!;
    expect(row.expiresAt.getTime() - row.createdAt.getTime()).toBe(86_400_000);
  });

  test.each([
    ['unknown', undefined],
    ['deactivated', { isActive: false }],
  ])('an %s address gets nothing', async (_, fields) => {
    const email = fields ? (await insertUser(fields)).email : newNames().email;
    const requestId = await forgot(email);
    expect(sent).toEqual([]);
    expect(await tokenRow(requestId)).toBeUndefined();
  });

  test('the older link dies when a newer one is issued; other addresses and used links are left alone', async () => {
    const [user, other] = [await insertUser(), await insertUser()];
    const [first, foreign] = [await forgot(user.email), await forgot(other.email)];
    const second = await forgot(user.email);
    const now = world.clock.now();
    expect((await tokenRow(first))!.expiresAt <= now).toBe(true);
    expect((await tokenRow(second))!.expiresAt > now).toBe(true);
    expect((await tokenRow(foreign))!.expiresAt > now).toBe(true);
  });

  test('requests at the same time leave one link that works', async () => {
    const user = await insertUser();
    const ids = await Promise.all(Array.from({ length: 6 }, () => forgot(user.email)));
    const rows = await Promise.all(ids.map(tokenRow));
    expect(rows.filter((row) => row!.expiresAt > world.clock.now())).toHaveLength(1);
  });

  test('a try that failed to send sends the very same mail later', async () => {
    const user = await insertUser();
    const payload = { requestId: newId(), email: user.email };
    refuse = 1;
    await expect(sendForgotPasswordMail(world.ctx, payload)).rejects.toThrow('not now');
    await sendForgotPasswordMail(world.ctx, payload);
    await sendForgotPasswordMail(world.ctx, payload);
    expect(sent).toHaveLength(2);
    expect(sent[1]).toEqual(sent[0]!);
    expect(opens(sent[0]!, 'reset')).toBe(payload.requestId);
  });

  test('a late try does not mail a link that a newer one has replaced', async () => {
    const user = await insertUser();
    const late = { requestId: newId(), email: user.email };
    refuse = 1;
    await sendForgotPasswordMail(world.ctx, late).catch(() => undefined);
    const newer = await forgot(user.email);
    await sendForgotPasswordMail(world.ctx, late);
    expect(sent.map((mail) => opens(mail, 'reset'))).toEqual([newer]);
  });
});

describe('mail.password_changed', () => {
  test('goes to the owner, once per notice, with a way to act', async () => {
    const user = await insertUser({ locale: 'en' });
    const noticeId = newId();
    await sendPasswordChangedMail(world.ctx, { userId: user.id, noticeId });
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ to: user.email, idempotencyKey: `password-changed/${noticeId}` });
    expect(sent[0]!.text).toContain(`${world.ctx.config.frontendBaseUrl}/forgot-password`);
  });

  test('an account that is gone gets nothing', async () => {
    await sendPasswordChangedMail(world.ctx, { userId: newId(), noticeId: newId() });
    expect(sent).toEqual([]);
  });
});
