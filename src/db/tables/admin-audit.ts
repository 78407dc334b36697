import { sql } from 'drizzle-orm';
import { check, index, jsonb, pgTable, uuid, varchar } from 'drizzle-orm/pg-core';
import { id, instant } from '../columns.ts';

/** Facts about an act: ids, numbers, switches. Never a text that somebody wrote, never a secret. */
export type AuditDetails = Record<string, string | number | boolean | null>;

/**
 * What administrators did, one row an act. It refers to nobody by a foreign key: the trail outlives accounts and things.
 * `attempted`: the request was let in; nothing said yet that it was done. The log line of its request id tells why.
 */
export const adminAudit = pgTable(
  'admin_audit',
  {
    id: id(),
    /** Null: somebody with a shell, by a script. */
    actorId: uuid(),
    /** Method and pattern, `PUT /cms/home/slots`; null for an act that came by no administrators' route. */
    route: varchar({ length: 200 }),
    /** The act's own name, `cms.replace`; null where a route says enough. */
    action: varchar({ length: 60 }),
    target: varchar({ length: 200 }),
    details: jsonb().$type<AuditDetails>(),
    outcome: varchar({ length: 10, enum: ['attempted', 'done'] }).notNull(),
    requestId: varchar({ length: 64 }),
    createdAt: instant().notNull().default(sql`now()`),
  },
  (table) => [
    index('admin_audit_by_age').on(table.createdAt, table.id),
    index('admin_audit_of_actor').on(table.actorId, table.createdAt, table.id),
    check('admin_audit_says_what', sql`${table.route} is not null or ${table.action} is not null`),
  ],
);
