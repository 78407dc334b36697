import { describe, expect, test } from 'bun:test';
import type { Language } from '../../src/lib/language.ts';
import { forgotPasswordLink, linksIn, resetLink, tokenOfLink, verificationLink } from '../../src/mail/links.ts';
import { passwordChangedMail, passwordResetMail, verificationMail } from '../../src/mail/templates.ts';

const base = 'https://fabula.example';
const languages: Language[] = ['ko', 'en'];
const link = resetLink(base, 'a-b.c_d');

const mailsOf = (language: Language, name = 'Mina') => ({
  verification: verificationMail({ link: verificationLink(base, 'id.mac'), language }),
  reset: passwordResetMail({ link, name, language }),
  changed: passwordChangedMail({ link: forgotPasswordLink(base), name, language }),
});

describe.each(languages)('mails in %s', (language) => {
  test.each(Object.entries(mailsOf(language)))(
    '%s: one line of subject, the link in both bodies, the language declared',
    (kind, mail) => {
      const expected = {
        verification: verificationLink(base, 'id.mac'),
        reset: link,
        changed: forgotPasswordLink(base),
      }[kind]!;
      expect(mail.subject).not.toMatch(/[\r\n]/);
      expect(linksIn(mail.text)).toEqual([expected]);
      expect(mail.html).toContain(`href="${expected}"`);
      expect(mail.html).toContain(`<html lang="${language}">`);
      expect(mail.html).not.toMatch(/<script|<img|<link|src=/);
    },
  );

  test('text and HTML are written in that language', () => {
    for (const mail of Object.values(mailsOf(language))) {
      expect(/[가-힣]/.test(mail.subject)).toBe(language === 'ko');
      expect(/[가-힣]/.test(mail.text)).toBe(language === 'ko');
      expect(/[가-힣]/.test(mail.html)).toBe(language === 'ko');
    }
  });

  test('the same input makes the same mail', () => {
    expect(mailsOf(language)).toEqual(mailsOf(language));
  });

  test.each(['Mina', '미나', 'Ana-María', "O'Neill", 'user_7', 'J'])('a plain name is greeted: %s', (name) => {
    const mail = passwordResetMail({ link, name, language });
    expect(mail.text).toContain(name);
  });

  test.each([
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    'You won! https://evil.example',
    'evil.example',
    'call +82-2/555',
    'a\r\nBcc: b@c.example',
    ' Mina',
    'x'.repeat(41),
    '',
  ])('a name that could carry a message is not shown: %j', (name) => {
    for (const mail of [passwordResetMail({ link, name, language }), passwordChangedMail({ link, name, language })]) {
      const nameless = passwordResetMail({ link, name: '', language });
      expect(linksIn(mail.text)).toEqual([link]);
      expect(mail.html).not.toContain('<script');
      expect(mail.html).not.toContain('onerror');
      expect(mail.html.match(/href="[^"]*"/g)).toEqual(nameless.html.match(/href="[^"]*"/g));
    }
    expect(passwordResetMail({ link, name, language })).toEqual(passwordResetMail({ link, name: '', language }));
  });

  test('a hostile link is escaped where HTML is made', () => {
    const mail = verificationMail({ link: 'https://x.example/?a="><b>&c', language });
    expect(mail.html).toContain('href="https://x.example/?a=&quot;&gt;&lt;b&gt;&amp;c"');
    expect(mail.html).not.toContain('<b>');
  });
});

test.each([
  ['https://f.example/verify?token=a.b', { action: 'verify', token: 'a.b' }],
  ['https://f.example/sub/reset-password?token=a.b', { action: 'reset', token: 'a.b' }],
  ['https://f.example/forgot-password', undefined],
  ['https://f.example/verify', undefined],
  ['https://f.example/other?token=a', undefined],
  ['not a link', undefined],
] as const)('what a link does: %s', (text, expected) => {
  expect(tokenOfLink(text)).toEqual(expected);
});

test('links in a text: each once, in order', () => {
  expect(linksIn('see http://a.example/x, <https://b.example> and http://a.example/x,')).toEqual([
    'http://a.example/x,',
    'https://b.example',
  ]);
});
