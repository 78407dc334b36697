import { index, jsonb, pgTable, text, uniqueIndex, varchar } from 'drizzle-orm/pg-core';
import { id, instant } from '../columns.ts';

/** Mails as the development outbox shows them; production sends them through Resend instead. */
export const outboxMails = pgTable(
  'outbox_mails',
  {
    id: id(),
    /** The same key is the same mail, as at Resend. */
    idempotencyKey: varchar({ length: 256 }).notNull(),
    recipient: varchar({ length: 255 }).notNull(),
    subject: text().notNull(),
    text: text().notNull(),
    html: text().notNull(),
    links: jsonb().$type<string[]>().notNull(),
    createdAt: instant().notNull(),
  },
  (table) => [
    uniqueIndex('outbox_mails_idempotency_key').on(table.idempotencyKey),
    index('outbox_mails_recipient').on(table.recipient, table.createdAt),
  ],
);
