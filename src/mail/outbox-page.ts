import { escapeHtml } from '../lib/html.ts';
import type { Language } from '../lib/language.ts';
import { tokenOfLink } from './links.ts';
import { OUTBOX_SCRIPT, OUTBOX_STYLE } from './outbox-assets.ts';
import type { OutboxMail } from './outbox-queries.ts';

const words = {
  en: {
    title: 'Outbox',
    lead: 'Mails that nobody sent: this installation has no mail provider. Newest first.',
    to: 'To',
    filter: 'Address',
    show: 'Show',
    empty: 'No mails yet. Sign up, or ask for a new password.',
    verify: 'Verify this address',
    reset: 'Set password',
    newPassword: 'New password',
    asText: 'As text',
    asHtml: 'As it looks',
  },
  ko: {
    title: '보낸 메일함',
    lead: '메일 서비스가 연결되어 있지 않아 실제로 발송되지 않은 메일입니다. 최신순으로 보여 줍니다.',
    to: '받는 사람',
    filter: '이메일 주소',
    show: '보기',
    empty: '아직 메일이 없습니다. 회원 가입을 하거나 비밀번호 재설정을 요청해 보세요.',
    verify: '이 주소 인증하기',
    reset: '비밀번호 설정',
    newPassword: '새 비밀번호',
    asText: '텍스트로 보기',
    asHtml: '메일 모양 보기',
  },
} as const satisfies Record<Language, Record<string, string>>;

/** The page of `/dev/outbox`: the mails in the given order, with a way to use each link without a front end. */
export function renderOutboxPage(mails: OutboxMail[], language: Language): string {
  const text = words[language];
  const list =
    mails.length === 0 ? `<p class="empty">${text.empty}</p>` : mails.map((mail) => article(mail, language)).join('\n');
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${text.title} · Fabula</title>
<style>${OUTBOX_STYLE}</style>
</head>
<body>
<main>
<header>
<h1>${text.title}</h1>
<form method="get"><input type="search" name="to" placeholder="${text.filter}" aria-label="${text.filter}"><button>${text.show}</button></form>
</header>
<p class="lead">${text.lead}</p>
${list}
</main>
<script>${OUTBOX_SCRIPT}</script>
</body>
</html>
`;
}

function article(mail: OutboxMail, language: Language): string {
  const text = words[language];
  return `<article>
<h2>${escapeHtml(mail.subject)}</h2>
<p class="meta">${text.to}: ${escapeHtml(mail.to)} · <time datetime="${escapeHtml(mail.created_at)}">${escapeHtml(mail.created_at)}</time></p>
${mail.links.map((link) => linkRow(link, language)).join('\n')}
<details><summary>${text.asText}</summary><pre>${escapeHtml(mail.text)}</pre></details>
<details><summary>${text.asHtml}</summary><iframe sandbox loading="lazy" title="${escapeHtml(mail.subject)}" srcdoc="${escapeHtml(mail.html)}"></iframe></details>
</article>`;
}

function linkRow(link: string, language: Language): string {
  const text = words[language];
  const found = tokenOfLink(link);
  const anchor = `<a href="${escapeHtml(link)}" rel="noreferrer">${escapeHtml(link)}</a>`;
  if (!found) return `<div class="link">${anchor}</div>`;
  const fields =
    found.action === 'verify'
      ? `<button>${text.verify}</button>`
      : `<input type="password" name="password" autocomplete="new-password" required maxlength="100" placeholder="${text.newPassword}" aria-label="${text.newPassword}"><button>${text.reset}</button>`;
  return `<div class="link">${anchor}<form data-action="${found.action}" data-token="${escapeHtml(found.token)}">${fields}</form><output aria-live="polite"></output></div>`;
}
