import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type Database, openDatabase } from '../../src/db/client.ts';
import { openMailer } from '../../src/mail/mailer.ts';
import { renderOutboxPage } from '../../src/mail/outbox-page.ts';
import { listOutbox } from '../../src/mail/outbox-queries.ts';
import { createStores, type Stores } from '../harness/stores.ts';

let stores: Stores;
let db: Database;
beforeAll(async () => {
  stores = await createStores();
  db = openDatabase(stores.databaseUrl, 2);
});
afterAll(async () => {
  await db.close();
  await stores.drop();
});

const noResend = { resendApiKey: '', resendBaseUrl: '', from: '' };
const mail = (to: string, key: string) => ({
  to,
  subject: `Mail ${key}`,
  text: `Open https://f.example/verify?token=${key} soon.`,
  html: '<p>hello</p>',
  idempotencyKey: key,
});

test('without a key mails go to the outbox: once per idempotency key, newest first, by address', async () => {
  let minute = 0;
  const clock = { now: () => new Date(Date.UTC(2026, 0, 1, 0, minute++)) };
  const mailer = openMailer(noResend, db.pool, clock);
  expect(mailer.kind).toBe('outbox');
  for (const [to, key] of [
    ['a@x.example', 'k1'],
    ['b@x.example', 'k2'],
    ['a@x.example', 'k1'],
    ['a@x.example', 'k3'],
  ] as const)
    await mailer.send(mail(to, key));

  const all = await listOutbox(db.pool, { limit: 10 });
  expect(all.map((entry) => entry.subject)).toEqual(['Mail k3', 'Mail k2', 'Mail k1']);
  expect(all[2]).toEqual({
    to: 'a@x.example',
    subject: 'Mail k1',
    text: 'Open https://f.example/verify?token=k1 soon.',
    html: '<p>hello</p>',
    links: ['https://f.example/verify?token=k1'],
    created_at: '2026-01-01T00:00:00.000Z',
  });
  const ofA = await listOutbox(db.pool, { to: 'a@x.example', limit: 10 });
  expect(ofA.map((entry) => entry.subject)).toEqual(['Mail k3', 'Mail k1']);
  expect(await listOutbox(db.pool, { limit: 1 })).toHaveLength(1);
});

test('with a key mails go to Resend', () => {
  const config = { ...noResend, resendApiKey: 're_x', resendBaseUrl: 'http://127.0.0.1:9' };
  expect(openMailer(config, db.pool, { now: () => new Date() }).kind).toBe('resend');
});

const hostile = '"><script>alert(1)</script>';
const page = renderOutboxPage(
  [
    {
      to: hostile,
      subject: hostile,
      text: hostile,
      html: `<p>${hostile}</p>`,
      links: [
        'https://f.example/verify?token=t1',
        'https://f.example/reset-password?token=t2',
        `https://f.example/?q=${hostile}`,
      ],
      created_at: '2026-01-01T00:00:00.000Z',
    },
  ],
  'en',
);

test('the outbox page escapes everything a mail holds', () => {
  expect(page.match(/<script>/g)).toHaveLength(1);
  expect(page).not.toContain('"><script');
  expect(page).not.toMatch(/(src|href)="https?:\/\/(?!f\.example)/);
});

test('the outbox page has a button for each link that carries a token', () => {
  expect(page).toContain('<form data-action="verify" data-token="t1">');
  expect(page).toContain('<form data-action="reset" data-token="t2">');
  expect(page.match(/data-action=/g)!.length).toBe(2);
});

test('the outbox page speaks both languages and says when it is empty', () => {
  expect(renderOutboxPage([], 'ko')).toContain('아직 메일이 없습니다');
  expect(renderOutboxPage([], 'en')).toContain('No mails yet');
});
