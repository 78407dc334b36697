import { Elysia, t } from 'elysia';
import type { Ctx } from '../context.ts';
import { renderOutboxPage } from '../mail/outbox-page.ts';
import { listOutbox } from '../mail/outbox-queries.ts';
import { connectionOf } from './connection.ts';
import { doc } from './doc.ts';
import { guard } from './guard.ts';

const OUTBOX_LIMIT = 100;

const OutboxQuery = t.Object({ to: t.Optional(t.String({ maxLength: 255 })) });
const OutboxMails = t.Array(
  t.Object({
    to: t.String(),
    subject: t.String(),
    text: t.String(),
    html: t.String(),
    links: t.Array(t.String()),
    created_at: t.String({ format: 'date-time' }),
  }),
);

/** The page posts to this API and carries its own style and script. */
const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'";

/** Only outside production: the mails that nobody sent. */
export function devRoutes(ctx: Ctx) {
  const mails = (to: string | undefined) =>
    listOutbox(ctx.db.pool, { to: to?.trim().toLowerCase(), limit: OUTBOX_LIMIT });
  return new Elysia({ prefix: '/dev', name: 'dev' })
    .use(guard(ctx))
    .get('/outbox.json', ({ query }) => mails(query.to), {
      open: true,
      query: OutboxQuery,
      response: OutboxMails,
      detail: doc('dev', 'Mails that would have been sent, newest first'),
    })
    .get(
      '/outbox',
      async ({ query, request }) => {
        const page = renderOutboxPage(await mails(query.to), connectionOf(request).language);
        return new Response(page, {
          headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': PAGE_POLICY },
        });
      },
      { open: true, query: OutboxQuery, detail: doc('dev', 'The outbox as a page') },
    );
}
