import { escapeHtml } from '../lib/html.ts';
import type { Language } from '../lib/language.ts';

export type MailContent = { subject: string; text: string; html: string };

/** What a mail says; text and HTML are made of the same parts. */
export type MailParts = {
  subject: string;
  /** The line that mail clients show beside the subject. */
  preview: string;
  title: string;
  paragraphs: string[];
  button: string;
  link: string;
  notes: string[];
};

const FONTS = "-apple-system,'Segoe UI',Roboto,'Apple SD Gothic Neo','Malgun Gothic','Noto Sans KR',sans-serif";
const FALLBACK: Record<Language, string> = {
  en: 'The button does not work? Copy this address into your browser:',
  ko: '버튼이 눌리지 않으면 이 주소를 브라우저에 붙여 넣어 주세요:',
};
const SIGNATURE: Record<Language, string> = { en: 'Fabula · stories that answer', ko: 'Fabula · 대답하는 이야기' };

/** Makes both bodies of a mail. */
export function renderMail(parts: MailParts, language: Language): MailContent {
  return { subject: parts.subject, text: textBody(parts, language), html: htmlBody(parts, language) };
}

function textBody({ title, paragraphs, button, link, notes }: MailParts, language: Language): string {
  return [title, ...paragraphs, `${button}:\n${link}`, ...notes, `-- \n${SIGNATURE[language]}`]
    .join('\n\n')
    .concat('\n');
}

/** A table and inline styles: what every mail client draws alike. One column that shrinks with the screen. */
function htmlBody(parts: MailParts, language: Language): string {
  const link = escapeHtml(parts.link);
  const paragraph = (text: string) =>
    `<p style="margin:0 0 16px;font-size:16px;line-height:1.6;color:#33323d">${escapeHtml(text)}</p>`;
  const note = (text: string) =>
    `<p style="margin:0 0 8px;font-size:13px;line-height:1.6;color:#75737f">${escapeHtml(text)}</p>`;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(parts.subject)}</title>
</head>
<body style="margin:0;padding:0;background:#f4f2f8;font-family:${FONTS};word-break:keep-all;overflow-wrap:anywhere">
<div style="display:none;max-height:0;overflow:hidden">${escapeHtml(parts.preview)}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f4f2f8">
<tr><td align="center" style="padding:32px 16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:520px;background:#ffffff;border-radius:16px">
<tr><td style="padding:32px 32px 8px;font-size:18px;font-weight:700;letter-spacing:.02em;color:#5b3fd4">Fabula</td></tr>
<tr><td style="padding:8px 32px 0">
<h1 style="margin:0 0 16px;font-size:22px;line-height:1.35;color:#1b1a22">${escapeHtml(parts.title)}</h1>
${parts.paragraphs.map(paragraph).join('\n')}
</td></tr>
<tr><td style="padding:8px 32px 24px">
<a href="${link}" style="display:inline-block;padding:14px 28px;border-radius:10px;background:#5b3fd4;color:#ffffff;font-size:16px;font-weight:600;text-decoration:none">${escapeHtml(parts.button)}</a>
</td></tr>
<tr><td style="padding:0 32px 16px">
${parts.notes.map(note).join('\n')}
</td></tr>
<tr><td style="padding:16px 32px 32px;border-top:1px solid #eceaf2">
${note(FALLBACK[language])}
<p style="margin:0;font-size:13px;line-height:1.6;overflow-wrap:anywhere;word-break:break-all"><a href="${link}" style="color:#5b3fd4">${link}</a></p>
</td></tr>
</table>
<p style="margin:16px 0 0;font-size:12px;color:#96949f">${SIGNATURE[language]}</p>
</td></tr>
</table>
</body>
</html>
`;
}
