import { desc, eq } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { outboxMails } from '../db/tables/mail.ts';

/** A mail as the outbox shows it. */
export type OutboxMail = {
  to: string;
  subject: string;
  text: string;
  html: string;
  links: string[];
  created_at: string;
};

/** Keeps a mail, once per idempotency key. */
export async function insertOutboxMail(db: Db, row: typeof outboxMails.$inferInsert): Promise<void> {
  await db.insert(outboxMails).values(row).onConflictDoNothing({ target: outboxMails.idempotencyKey });
}

/** The mails to one address, or to all, newest first. */
export async function listOutbox(db: Db, { to, limit }: { to?: string; limit: number }): Promise<OutboxMail[]> {
  const rows = await db
    .select()
    .from(outboxMails)
    .where(to === undefined ? undefined : eq(outboxMails.recipient, to))
    .orderBy(desc(outboxMails.createdAt), desc(outboxMails.id))
    .limit(limit);
  return rows.map(({ recipient, subject, text, html, links, createdAt }) => ({
    to: recipient,
    subject,
    text,
    html,
    links,
    created_at: createdAt.toISOString(),
  }));
}
