import { describe, expect, test } from 'bun:test';
import type { Language } from '../../src/lib/language.ts';
import { chargePageLink, linksIn } from '../../src/mail/links.ts';
import { receiptMail } from '../../src/mail/receipt.ts';
import { outboxOf, runJobs } from '../harness/jobs.ts';
import { noticeOf, order, sell, sendNotice } from '../harness/payments.ts';
import { signUp } from '../harness/people.ts';
import { createWorld } from '../harness/world.ts';

const link = chargePageLink('https://fabula.example');
const receipt = (language: Language, change = {}) =>
  receiptMail({
    ...{ orderId: 'FAB_1', productName: 'A & B <i>', amount: 10_000, currency: 'KRW', points: 1_100 },
    ...{ paidAt: new Date('2026-02-28T15:30:00Z'), link, name: 'Mina', language, ...change },
  });

describe.each(['ko', 'en'] as const)('a receipt in %s', (language) => {
  test('says what was bought, for how much, when, in that language, escaped', () => {
    const mail = receipt(language);
    expect(mail.subject).not.toMatch(/[\r\n]/);
    expect(/[가-힣]/.test(mail.text)).toBe(language === 'ko');
    for (const part of ['A & B <i>', '₩10,000', '1,100', 'FAB_1', 'Mina']) expect(mail.text).toContain(part);
    expect(mail.text).toContain(language === 'ko' ? '2026년 3월 1일' : 'March 1, 2026');
    expect(linksIn(mail.text)).toEqual([link]);
    expect(mail.html).toContain('A &amp; B &lt;i&gt;');
    expect(mail.html).not.toMatch(/<i>|<script|<img|src=/);
    expect(receipt(language)).toEqual(mail);
  });
  test('currencies with decimals', () =>
    expect(receipt(language, { amount: 1_050, currency: 'USD' }).text).toContain('$10.50'));
});

test('is mailed once, in the language of the account', async () => {
  const world = await createWorld();
  const person = await signUp(world);
  const mine = await order(world, person, await sell(world, { name: 'Chapter' }));
  await sendNotice(world, noticeOf(mine));
  await sendNotice(world, noticeOf(mine));
  await runJobs(world);
  await runJobs(world);
  const mails = (await outboxOf(world, person.email)).filter(({ text }) => text.includes(mine.order_id));
  expect(mails.length).toBe(1);
  expect(mails[0]!.text).toContain('Chapter');
  expect(mails[0]!.links).toEqual(['http://localhost:5173/ruby/charge']);
  await world.close();
});
