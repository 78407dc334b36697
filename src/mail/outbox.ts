import type { Db } from '../db/client.ts';
import type { Clock } from '../lib/clock.ts';
import { newId } from '../lib/ids.ts';
import { linksIn } from './links.ts';
import type { Mail } from './mailer.ts';
import { insertOutboxMail } from './outbox-queries.ts';

/** Keeps mails in Postgres instead of sending them; `/dev/outbox` shows them. */
export function outboxSender(db: Db, clock: Clock): (mail: Mail) => Promise<void> {
  return ({ to, subject, text, html, idempotencyKey }) =>
    insertOutboxMail(db, {
      id: newId(),
      idempotencyKey,
      recipient: to,
      subject,
      text,
      html,
      links: linksIn(text),
      createdAt: clock.now(),
    });
}
