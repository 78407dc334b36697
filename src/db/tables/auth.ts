import { index, pgTable, text, uuid, varchar } from 'drizzle-orm/pg-core';
import { id, instant } from '../columns.ts';
import { users } from './users.ts';

/** One login on one device; its refresh tokens are a family that is revoked as a whole. */
export const sessions = pgTable(
  'sessions',
  {
    id: id(),
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    userAgent: text().notNull(),
    address: varchar({ length: 64 }).notNull(),
    createdAt: instant().notNull(),
    lastSeenAt: instant().notNull(),
    expiresAt: instant().notNull(),
    revokedAt: instant(),
    revokedBecause: varchar({ length: 20, enum: ['logout', 'password', 'reuse', 'user', 'deactivated'] }),
  },
  (table) => [index('sessions_user').on(table.userId, table.createdAt)],
);

/** Refresh tokens by their `jti`. A used one names its successor, so that a second tab gets the same one. */
export const refreshTokens = pgTable(
  'refresh_tokens',
  {
    id: id(),
    sessionId: uuid()
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    issuedAt: instant().notNull(),
    expiresAt: instant().notNull(),
    usedAt: instant(),
    successorId: uuid(),
  },
  (table) => [index('refresh_tokens_session').on(table.sessionId)],
);

/**
 * Links that were mailed. The link's text is a MAC over the row's id, so nothing stored here opens anything, and a
 * mail that is sent twice is the same mail.
 */
export const mailTokens = pgTable(
  'mail_tokens',
  {
    id: id(),
    purpose: varchar({ length: 20, enum: ['verify', 'reset'] }).notNull(),
    email: varchar({ length: 255 }).notNull(),
    createdAt: instant().notNull(),
    expiresAt: instant().notNull(),
    /** When the link was opened (verify) or spent (reset). */
    usedAt: instant(),
    /** Verify only: when a registration made use of the proof. */
    consumedAt: instant(),
  },
  (table) => [index('mail_tokens_email').on(table.email, table.purpose, table.createdAt)],
);
