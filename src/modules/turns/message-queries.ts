import { and, asc, desc, eq, gt, inArray, lt, lte, ne, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { messages, messageVersions, messageVotes } from '../../db/tables/messages.ts';
import { rooms } from '../../db/tables/turns.ts';
import type { Tx } from '../../db/tx.ts';

export type MessageRow = typeof messages.$inferSelect;
export type NewMessage = typeof messages.$inferInsert;
export type VersionRow = typeof messageVersions.$inferSelect;

export async function insertMessages(tx: Tx, rows: NewMessage[]): Promise<MessageRow[]> {
  return rows.length === 0 ? [] : tx.insert(messages).values(rows).returning();
}

/** Messages of a room from its beginning, the oldest first. */
export async function findMessages(db: Db, roomId: string, skip: number, limit: number): Promise<MessageRow[]> {
  return db
    .select()
    .from(messages)
    .where(eq(messages.roomId, roomId))
    .orderBy(asc(messages.seq))
    .limit(limit)
    .offset(skip);
}

/** The newest messages, the oldest of them first; `skip` counts from the newest. */
export async function findTail(db: Db, roomId: string, skip: number, limit: number): Promise<MessageRow[]> {
  const rows = await db
    .select()
    .from(messages)
    .where(eq(messages.roomId, roomId))
    .orderBy(desc(messages.seq))
    .limit(limit)
    .offset(skip);
  return rows.reverse();
}

/** The newest messages before a place, the oldest of them first. */
export async function findBefore(db: Db, roomId: string, beforeSeq: number, limit: number): Promise<MessageRow[]> {
  const rows = await db
    .select()
    .from(messages)
    .where(and(eq(messages.roomId, roomId), lt(messages.seq, beforeSeq)))
    .orderBy(desc(messages.seq))
    .limit(limit);
  return rows.reverse();
}

/** Messages after a place up to another one. */
export async function findBetween(db: Db, roomId: string, afterSeq: number, uptoSeq: number): Promise<MessageRow[]> {
  return db
    .select()
    .from(messages)
    .where(and(eq(messages.roomId, roomId), gt(messages.seq, afterSeq), lte(messages.seq, uptoSeq)))
    .orderBy(asc(messages.seq));
}

export async function findOfTurn(db: Db, turnId: string): Promise<MessageRow[]> {
  return db.select().from(messages).where(eq(messages.turnId, turnId)).orderBy(asc(messages.seq));
}

/** The last thing that was said in a room, but by its user. */
export async function findLastSaid(db: Db, roomId: string): Promise<MessageRow | undefined> {
  const rows = await db
    .select()
    .from(messages)
    .where(and(eq(messages.roomId, roomId), ne(messages.part, 'user')))
    .orderBy(desc(messages.seq))
    .limit(1);
  return rows[0];
}

/** The same, taken for this transaction. */
export async function lockOfTurn(tx: Tx, turnId: string): Promise<MessageRow[]> {
  return tx.select().from(messages).where(eq(messages.turnId, turnId)).orderBy(asc(messages.seq)).for('no key update');
}

/** The newest message of each room, found from the end of each. */
export async function findLastMessages(db: Db, roomIds: string[]) {
  if (roomIds.length === 0) return [];
  const last = db.select({ id: rooms.id }).from(rooms).where(inArray(rooms.id, roomIds)).as('wanted');
  const message = db
    .select({ roomId: messages.roomId, content: messages.content, createdAt: messages.createdAt })
    .from(messages)
    .where(eq(messages.roomId, last.id))
    .orderBy(desc(messages.seq))
    .limit(1)
    .as('message');
  return db
    .select({ roomId: message.roomId, content: message.content, createdAt: message.createdAt })
    .from(last)
    .innerJoinLateral(message, sql`true`);
}

export async function findMessage(db: Db, id: string): Promise<MessageRow | undefined> {
  return (await db.select().from(messages).where(eq(messages.id, id)))[0];
}

export async function lockMessage(tx: Tx, id: string): Promise<MessageRow | undefined> {
  return (await tx.select().from(messages).where(eq(messages.id, id)).for('no key update'))[0];
}

export async function updateMessage(tx: Tx, id: string, fields: Partial<NewMessage>): Promise<MessageRow | undefined> {
  return (await tx.update(messages).set(fields).where(eq(messages.id, id)).returning())[0];
}

export async function deleteMessages(tx: Tx, ids: string[]): Promise<void> {
  if (ids.length > 0) await tx.delete(messages).where(inArray(messages.id, ids));
}

export async function deleteMessagesOfRoom(tx: Tx, roomId: string): Promise<void> {
  await tx.delete(messages).where(eq(messages.roomId, roomId));
}

/** Takes a failed turn's own message back; how many there were (0 or 1). */
export async function deleteUserMessage(tx: Tx, turnId: string): Promise<number> {
  const gone = await tx
    .delete(messages)
    .where(and(eq(messages.turnId, turnId), eq(messages.part, 'user')))
    .returning({ id: messages.id });
  return gone.length;
}

export async function moveMessages(tx: Tx, fromTurnId: string, toTurnId: string): Promise<void> {
  await tx.update(messages).set({ turnId: toTurnId }).where(eq(messages.turnId, fromTurnId));
}

export async function findVersions(db: Db, messageId: string): Promise<VersionRow[]> {
  return db
    .select()
    .from(messageVersions)
    .where(eq(messageVersions.messageId, messageId))
    .orderBy(asc(messageVersions.no));
}

export async function insertVersions(tx: Tx, rows: VersionRow[]): Promise<void> {
  await tx.insert(messageVersions).values(rows);
}

/** Sets one user's vote; the counters follow in the same statement. False when it was the same before. */
export async function setVote(tx: Tx, messageId: string, userId: string, vote: 1 | -1): Promise<boolean> {
  const rows = await tx
    .insert(messageVotes)
    .values({ messageId, userId, vote })
    .onConflictDoUpdate({
      target: [messageVotes.messageId, messageVotes.userId],
      set: { vote },
      setWhere: sql`${messageVotes.vote} <> ${vote}`,
    })
    .returning({ vote: messageVotes.vote });
  return rows.length === 1;
}

/** Counts the votes of a message anew. Its row must be locked. */
export async function countVotes(tx: Tx, messageId: string): Promise<MessageRow | undefined> {
  const of = (vote: number) =>
    sql`(select count(*)::int from message_votes v where v.message_id = ${messages.id} and v.vote = ${vote})`;
  return (
    await tx
      .update(messages)
      .set({ upvotes: of(1), downvotes: of(-1) })
      .where(eq(messages.id, messageId))
      .returning()
  )[0];
}
