import { sql } from 'drizzle-orm';
import { bigint, boolean, check, date, index, jsonb, pgTable, uniqueIndex, uuid, varchar } from 'drizzle-orm/pg-core';
import { instant } from '../columns.ts';
import { users } from './users.ts';

const points = () => bigint({ mode: 'number' });

/** The settled balance of each user: always the sum of his ledger rows. Only the SQL functions of this module write it. */
export const pointBalances = pgTable(
  'point_balances',
  {
    userId: uuid()
      .primaryKey()
      .references(() => users.id),
    balance: points().notNull().default(0),
    /** Number of ledger rows; Redis compares it to know whether what it loaded is out of date. */
    version: points().notNull().default(0),
    /** Sum of the charge and bonus rows. */
    totalCharged: points().notNull().default(0),
    /** Sum of the use rows, as a positive number. */
    totalUsed: points().notNull().default(0),
    lastChargedAt: instant(),
  },
  (table) => [check('point_balances_not_negative', sql`${table.balance} >= 0`)],
);

/** Every change of a balance, once per tx id. A trigger refuses UPDATE, DELETE and TRUNCATE. */
export const pointLedger = pgTable(
  'point_ledger',
  {
    txId: uuid().primaryKey(),
    userId: uuid().notNull(),
    /** 1, 2, 3 … per user. */
    version: points().notNull(),
    type: varchar({ length: 10, enum: ['charge', 'use', 'refund', 'bonus'] }).notNull(),
    delta: points().notNull(),
    balanceAfter: points().notNull(),
    description: varchar({ length: 200 }),
    referenceType: varchar({ length: 50 }),
    referenceId: varchar({ length: 100 }),
    /** The available balance that the user of the points was told: a repeated request gets the same answer. */
    answeredBalance: points(),
    createdAt: instant().notNull(),
  },
  (table) => [
    uniqueIndex('point_ledger_user_version').on(table.userId, table.version),
    index('point_ledger_user_type').on(table.userId, table.type, table.version),
    check('point_ledger_not_negative', sql`${table.balanceAfter} >= 0`),
    check('point_ledger_moves', sql`${table.delta} <> 0`),
  ],
);

/**
 * Journal entries that did not become ledger rows. Postgres' refusal of an entry is written here in the statement that
 * refuses it, so that every settler of the entry gets the same verdict.
 */
export const pointParked = pgTable(
  'point_parked',
  {
    /** `<epoch>/<stream id>`: one admission by Redis. */
    admission: varchar({ length: 120 }).primaryKey(),
    txId: uuid(),
    userId: uuid(),
    amountPoints: points(),
    why: varchar({ length: 20, enum: ['insufficient', 'unreadable'] }).notNull(),
    /** Whether somebody may have been told that the use is done; such a row needs a person. */
    promised: boolean().notNull(),
    entry: jsonb().notNull(),
    parkedAt: instant().notNull(),
  },
  (table) => [index('point_parked_user').on(table.userId)],
);

/** What a claw-back could not take because it had been spent; the next credits pay it. One row per claw-back. */
export const pointDebts = pgTable(
  'point_debts',
  {
    /** The tx id of the claw-back. */
    txId: uuid().primaryKey(),
    userId: uuid().notNull(),
    amountPoints: points().notNull(),
    remainingPoints: points().notNull(),
    createdAt: instant().notNull(),
  },
  (table) => [
    index('point_debts_open').on(table.userId, table.createdAt).where(sql`remaining_points > 0`),
    check('point_debts_range', sql`${table.remainingPoints} between 0 and ${table.amountPoints}`),
  ],
);

/** One reward per user and Seoul day. */
export const pointCheckIns = pgTable(
  'point_check_ins',
  {
    userId: uuid().notNull(),
    day: date({ mode: 'string' }).notNull(),
    txId: uuid().notNull(),
    createdAt: instant().notNull(),
  },
  (table) => [uniqueIndex('point_check_ins_once').on(table.userId, table.day)],
);

/** Since when the timer of a user collects; what it has collected by now follows from the clock. */
export const pointTimers = pgTable('point_timers', {
  userId: uuid().primaryKey(),
  collectingSince: instant().notNull(),
});
