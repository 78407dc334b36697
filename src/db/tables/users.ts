import { sql } from 'drizzle-orm';
import { boolean, check, index, pgTable, text, uniqueIndex, varchar } from 'drizzle-orm/pg-core';
import { id, instant, times } from '../columns.ts';

/** Accounts. E-mail is stored trimmed and lower-case; usernames compare exactly. */
export const users = pgTable(
  'users',
  {
    id: id(),
    email: varchar({ length: 255 }).notNull(),
    username: varchar({ length: 100 }).notNull(),
    passwordHash: varchar({ length: 255 }).notNull(),
    gender: varchar({ length: 10, enum: ['male', 'female'] }).notNull(),
    locale: varchar({ length: 2, enum: ['ko', 'en'] })
      .notNull()
      .default('en'),
    isActive: boolean().notNull().default(true),
    isVerified: boolean().notNull().default(false),
    isAdmin: boolean().notNull().default(false),
    avatarUrl: varchar({ length: 500 }),
    bio: text(),
    preferredModel: varchar({ length: 50 }).notNull().default('standard'),
    preferredSubModel: varchar({ length: 100 }),
    responseLengthPref: varchar({ length: 10 }).notNull().default('short'),
    lastLoginAt: instant(),
    ...times(),
  },
  (table) => [
    uniqueIndex('users_email_unique').on(table.email),
    uniqueIndex('users_username_unique').on(table.username),
    index('users_by_age').on(table.createdAt, table.id),
    check('users_email_lower_case', sql`${table.email} = lower(${table.email})`),
  ],
);
