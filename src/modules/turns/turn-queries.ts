import { and, asc, desc, eq, inArray, lt, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { messages } from '../../db/tables/messages.ts';
import { rooms, type StoredChoice, type StoredSettings, turns } from '../../db/tables/turns.ts';
import { users } from '../../db/tables/users.ts';
import type { Tx } from '../../db/tx.ts';

export type TurnRow = typeof turns.$inferSelect;

/** Opens a room for a turn: takes its row for this transaction, puts the patch into its settings, counts the message. */
export async function openRoomForTurn(
  tx: Tx,
  roomId: string,
  { patch, messages, now }: { patch: StoredSettings; messages: number; now: Date },
) {
  const [row] = await tx
    .update(rooms)
    .set({
      settings: sql`${rooms.settings} || ${JSON.stringify(patch)}::text::jsonb`,
      lastSeq: sql`${rooms.lastSeq} + ${messages}`,
      messageCount: sql`${rooms.messageCount} + ${messages}`,
      version: sql`${rooms.version} + 1`,
      updatedAt: now,
    })
    .where(eq(rooms.id, roomId))
    .returning();
  return row;
}

/** Changes a room's counters and, at the end of a turn, its state. */
export async function closeRoomAfterTurn(
  tx: Tx,
  roomId: string,
  change: { messages: number; places?: number; now: Date; turnNo?: number; state?: TurnRow['stateBefore'] },
) {
  // A place that becomes free in the middle stays free: only the last ones are given back.
  const places = change.places ?? change.messages;
  const [row] = await tx
    .update(rooms)
    .set({
      lastSeq: sql`${rooms.lastSeq} + ${places}`,
      messageCount: sql`${rooms.messageCount} + ${change.messages}`,
      version: sql`${rooms.version} + 1`,
      updatedAt: change.now,
      ...(change.turnNo === undefined ? {} : { turnCount: change.turnNo }),
      ...(change.state === undefined ? {} : { state: change.state }),
    })
    .where(eq(rooms.id, roomId))
    .returning({
      lastSeq: rooms.lastSeq,
      summarySeq: rooms.summarySeq,
      characterId: rooms.characterId,
      userId: rooms.userId,
      messageCount: rooms.messageCount,
    });
  return row;
}

export async function insertTurn(tx: Tx, row: typeof turns.$inferInsert): Promise<void> {
  await tx.insert(turns).values(row);
}

/** Makes room for a retry: the turn it plays again gives its place up. False when it has none. */
export async function replaceTurn(tx: Tx, turnId: string): Promise<boolean> {
  const rows = await tx
    .update(turns)
    .set({ status: 'replaced' })
    .where(and(eq(turns.id, turnId), eq(turns.status, 'done')))
    .returning({ id: turns.id });
  return rows.length === 1;
}

export async function restoreTurn(tx: Tx, turnId: string): Promise<void> {
  await tx
    .update(turns)
    .set({ status: 'done' })
    .where(and(eq(turns.id, turnId), eq(turns.status, 'replaced')));
}

/** Ends a running turn, once. With `silentSince`, only one that has given no sign of life since. */
export async function endTurn(
  tx: Tx,
  turnId: string,
  fields: Partial<typeof turns.$inferInsert> & { status: 'done' | 'failed' },
  silentSince?: Date,
): Promise<TurnRow | undefined> {
  const [row] = await tx
    .update(turns)
    .set(fields)
    .where(and(eq(turns.id, turnId), eq(turns.status, 'running'), silentSince && lt(turns.heartbeatAt, silentSince)))
    .returning();
  return row;
}

/** A sign of life and the text so far. Undefined when the turn has ended: its writer must stop. */
export async function beat(
  db: Db,
  turnId: string,
  progress: { text: string; eventCount: number; heartbeatAt: Date },
): Promise<{ stopRequested: boolean } | undefined> {
  const [row] = await db
    .update(turns)
    .set(progress)
    .where(and(eq(turns.id, turnId), eq(turns.status, 'running')))
    .returning({ stopRequested: turns.stopRequested });
  return row;
}

export async function requestStopOf(db: Db, roomId: string): Promise<string | undefined> {
  const [row] = await db
    .update(turns)
    .set({ stopRequested: true })
    .where(and(eq(turns.roomId, roomId), eq(turns.status, 'running')))
    .returning({ id: turns.id });
  return row?.id;
}

export async function findTurn(db: Db, id: string): Promise<TurnRow | undefined> {
  return (await db.select().from(turns).where(eq(turns.id, id)))[0];
}

export async function findTurnByKey(db: Db, roomId: string, key: string): Promise<TurnRow | undefined> {
  const found = and(
    eq(turns.roomId, roomId),
    eq(turns.idempotencyKey, key),
    inArray(turns.status, ['running', 'done', 'replaced']),
  );
  return (await db.select().from(turns).where(found))[0];
}

/** The turn that stands where a replaced one stood, after any number of retries. */
export async function findReplacement(db: Db, { id, roomId }: TurnRow): Promise<TurnRow | undefined> {
  const last = sql`(
    with recursive again as (
      select t.id, t.status from turns t where t.room_id = ${roomId} and t.retry_of = ${id} and t.status <> 'failed'
      union all
      select t.id, t.status from turns t join again a on t.retry_of = a.id
      where t.room_id = ${roomId} and t.status <> 'failed'
    ) select id from again where status <> 'replaced' limit 1)`;
  return (await db.select().from(turns).where(eq(turns.id, last)))[0];
}

/** The turn that runs, else the one that began last; replaced ones are gone. Each is found by its own index. */
export async function findNewestTurn(db: Db, roomId: string): Promise<TurnRow | undefined> {
  const running = db
    .select({ id: turns.id })
    .from(turns)
    .where(and(eq(turns.roomId, roomId), eq(turns.status, 'running')));
  const last = db
    .select({ id: turns.id })
    .from(turns)
    .where(and(eq(turns.roomId, roomId), inArray(turns.status, ['done', 'failed'])))
    .orderBy(desc(turns.startedAt), desc(turns.id))
    .limit(1);
  const [row] = await db
    .select()
    .from(turns)
    .where(eq(turns.id, sql`coalesce((${running}), (${last}))`));
  return row;
}

/**
 * The id of the completed turn that stands last in the room; one that only offered choices has no place in it. By its
 * reply's place: the clocks of two instances may differ.
 */
function lastPlayed(db: Db, roomId: string) {
  return db
    .select({ id: turns.id })
    .from(messages)
    .innerJoin(turns, eq(turns.id, messages.turnId))
    .where(and(eq(messages.roomId, roomId), eq(messages.part, 'reply'), eq(turns.status, 'done')))
    .orderBy(desc(messages.seq))
    .limit(1);
}

/** The completed turn that stands last in the room. */
export async function findNewestDone(db: Db, roomId: string): Promise<TurnRow | undefined> {
  return (
    await db
      .select()
      .from(turns)
      .where(inArray(turns.id, lastPlayed(db, roomId)))
  )[0];
}

/** Writes choices into the state after the last turn, so that a branch from there has them, too. */
export async function addChoicesToLastTurn(tx: Tx, roomId: string, choices: StoredChoice[]): Promise<void> {
  const added = sql`jsonb_set(${turns.stateAfter}, '{pendingChoices}', ${JSON.stringify(choices)}::text::jsonb)`;
  await tx
    .update(turns)
    .set({ stateAfter: added })
    .where(inArray(turns.id, lastPlayed(tx, roomId)));
}

export async function findRunningTurn(db: Db, roomId: string): Promise<TurnRow | undefined> {
  return (
    await db
      .select()
      .from(turns)
      .where(and(eq(turns.roomId, roomId), eq(turns.status, 'running')))
  )[0];
}

export async function findRunningOfRooms(db: Db, roomIds: string[]) {
  if (roomIds.length === 0) return [];
  return db
    .select({ id: turns.id, pricePoints: turns.pricePoints, userId: rooms.userId })
    .from(turns)
    .innerJoin(rooms, eq(rooms.id, turns.roomId))
    .where(and(inArray(turns.roomId, roomIds), eq(turns.status, 'running')));
}

/** Turns that gave no sign of life since; the longest silent first. */
export async function findSilentTurns(db: Db, silentSince: Date, limit: number) {
  return db
    .select({ id: turns.id, roomId: turns.roomId })
    .from(turns)
    .where(and(eq(turns.status, 'running'), lt(turns.heartbeatAt, silentSince)))
    .orderBy(asc(turns.heartbeatAt))
    .limit(limit);
}

export async function deleteTurnsOfRoom(tx: Tx, roomId: string): Promise<void> {
  await tx.delete(turns).where(eq(turns.roomId, roomId));
}

/** Who writes, as prompts and prices need to know. */
export async function findWriter(db: Db, userId: string) {
  const [row] = await db
    .select({
      username: users.username,
      preferredModel: users.preferredModel,
      preferredSubModel: users.preferredSubModel,
      responseLength: users.responseLengthPref,
    })
    .from(users)
    .where(eq(users.id, userId));
  return row;
}
