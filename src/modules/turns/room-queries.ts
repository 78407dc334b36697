import { and, desc, eq, gt, inArray, isNull, or, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Db } from '../../db/client.ts';
import { characters } from '../../db/tables/characters.ts';
import { stories } from '../../db/tables/stories.ts';
import { rooms, type StoredSettings } from '../../db/tables/turns.ts';
import { users } from '../../db/tables/users.ts';
import type { Tx } from '../../db/tx.ts';

export type RoomRow = typeof rooms.$inferSelect;
export type RoomKind = RoomRow['kind'];

export const playedStories = alias(stories, 'played_stories');

/** Everything of a room but what only turns need. */
const roomColumns = {
  id: rooms.id,
  userId: rooms.userId,
  characterId: rooms.characterId,
  storyId: rooms.storyId,
  kind: rooms.kind,
  isCurrent: rooms.isCurrent,
  title: rooms.title,
  sessionId: rooms.sessionId,
  turnCount: rooms.turnCount,
  messageCount: rooms.messageCount,
  summary: rooms.summary,
  details: rooms.details,
  version: rooms.version,
  requestHash: rooms.requestHash,
  forkedFromRoomId: rooms.forkedFromRoomId,
  forkedFromTurnNo: rooms.forkedFromTurnNo,
  createdAt: rooms.createdAt,
  updatedAt: rooms.updatedAt,
  /** How long the room's user wants replies to be, where the room has no setting of its own. */
  userLength: users.responseLengthPref,
};

/** The character and its story as they are now: they decide who may enter. */
const liveColumns = {
  characterName: characters.name,
  characterAvatarUrl: characters.avatarUrl,
  characterCreatorId: characters.creatorId,
  characterIsPublic: characters.isPublic,
  characterIsActive: characters.isActive,
  originStoryId: characters.originStoryId,
  storyCreatorId: stories.creatorId,
  storyIsPublic: stories.isPublic,
  storyDeletedAt: stories.deletedAt,
  playedStoryCreatorId: playedStories.creatorId,
  playedStoryIsPublic: playedStories.isPublic,
  playedStoryDeletedAt: playedStories.deletedAt,
};

const roomsWithCharacters = (db: Db) =>
  db
    .select({ ...roomColumns, ...liveColumns })
    .from(rooms)
    .innerJoin(characters, eq(characters.id, rooms.characterId))
    .innerJoin(users, eq(users.id, rooms.userId))
    .leftJoin(stories, eq(stories.id, characters.originStoryId))
    .leftJoin(playedStories, eq(playedStories.id, rooms.storyId));

export type RoomAccessRow = NonNullable<Awaited<ReturnType<typeof findRoom>>>;

export async function findRoom(db: Db, id: string) {
  return (await roomsWithCharacters(db).where(eq(rooms.id, id)))[0];
}

/** The room of a session id, which may be the room's own id. */
export async function findRoomBySession(db: Db, userId: string, sessionId: string) {
  const rows = await roomsWithCharacters(db)
    .where(and(eq(rooms.userId, userId), eq(rooms.sessionId, sessionId)))
    .orderBy(desc(rooms.updatedAt), desc(rooms.id))
    .limit(1);
  return rows[0];
}

export async function findRoomOfMessage(db: Db, messageId: string) {
  const rows = await roomsWithCharacters(db).where(
    sql`${rooms.id} = (select m.room_id from messages m where m.id = ${messageId})`,
  );
  return rows[0];
}

/**
 * What `requireRoom` asks of a user's own room, as a condition: lists leave out what may not be entered before they count
 * their page.
 */
export function enterable({ userId, isAdmin }: Viewer) {
  if (isAdmin)
    return and(
      or(isNull(characters.originStoryId), and(eq(stories.id, characters.originStoryId), isNull(stories.deletedAt))),
      or(isNull(rooms.storyId), isNull(playedStories.deletedAt)),
    );
  const own = eq(characters.creatorId, userId);
  const open = (story: typeof stories | typeof playedStories) =>
    and(isNull(story.deletedAt), or(eq(story.isPublic, true), eq(story.creatorId, userId)));
  return and(
    or(own, and(eq(characters.isActive, true), eq(characters.isPublic, true))),
    or(isNull(characters.originStoryId), open(stories)),
    or(isNull(rooms.storyId), eq(rooms.storyId, characters.originStoryId), open(playedStories)),
  );
}

export type Viewer = { userId: string; isAdmin: boolean };

/** A situation is told without a counted turn. */
const userHasSpoken = sql`exists (select 1 from messages m where m.room_id = ${rooms.id} and m.part = 'user')`;

/**
 * The rooms of a user that the user may enter, the last touched first; those with one character when asked. `begun` leaves
 * out played stories in which nothing has happened yet.
 */
export async function findRooms(
  db: Db,
  viewer: Viewer,
  filter: { characterId?: string; begun?: boolean },
  { skip, limit }: { skip: number; limit: number },
) {
  return roomsWithCharacters(db)
    .where(
      and(
        eq(rooms.userId, viewer.userId),
        filter.characterId === undefined ? undefined : eq(rooms.characterId, filter.characterId),
        filter.begun ? or(eq(rooms.kind, 'chat'), gt(rooms.turnCount, 0), userHasSpoken) : undefined,
        enterable(viewer),
      ),
    )
    .orderBy(desc(rooms.updatedAt), desc(rooms.id))
    .limit(limit)
    .offset(skip);
}

const between = (userId: string, characterId: string, kind: RoomKind) =>
  and(eq(rooms.userId, userId), eq(rooms.characterId, characterId), eq(rooms.kind, kind));

export async function findCurrentRoom(db: Db, userId: string, characterId: string, kind: RoomKind) {
  return (await roomsWithCharacters(db).where(and(between(userId, characterId, kind), eq(rooms.isCurrent, true))))[0];
}

/** Makes the last touched room current where none is: the current one was deleted. */
export async function makeNewestCurrent(tx: Tx, userId: string, characterId: string, kind: RoomKind) {
  const newest = tx
    .select({ id: rooms.id })
    .from(rooms)
    .where(between(userId, characterId, kind))
    .orderBy(desc(rooms.updatedAt), desc(rooms.id))
    .limit(1);
  const [row] = await tx
    .update(rooms)
    .set({ isCurrent: true })
    .where(inArray(rooms.id, newest))
    .returning({ id: rooms.id, messageCount: rooms.messageCount });
  return row;
}

export async function findRoomByKey(db: Db, userId: string, key: string) {
  return (await roomsWithCharacters(db).where(and(eq(rooms.userId, userId), eq(rooms.idempotencyKey, key))))[0];
}

/** What a room lives through, beside its messages. */
export async function findRoomState(db: Db, id: string) {
  const [row] = await db
    .select({
      version: rooms.version,
      openingId: rooms.openingId,
      snapshot: rooms.snapshot,
      settings: rooms.settings,
      state: rooms.state,
      details: rooms.details,
      turnCount: rooms.turnCount,
      updatedAt: rooms.updatedAt,
      userLength: users.responseLengthPref,
    })
    .from(rooms)
    .innerJoin(users, eq(users.id, rooms.userId))
    .where(eq(rooms.id, id));
  return row;
}

/** Lets one room of a user with a character be opened at a time, until the transaction ends. */
export async function lockOpening(tx: Tx, userId: string, characterId: string, kind: RoomKind): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`room:${userId}:${characterId}:${kind}`}, 0))`);
}

export async function lockRoom(tx: Tx, id: string): Promise<RoomRow | undefined> {
  return (await tx.select().from(rooms).where(eq(rooms.id, id)).for('no key update'))[0];
}

export async function clearCurrent(tx: Tx, userId: string, characterId: string, kind: RoomKind): Promise<void> {
  await tx
    .update(rooms)
    .set({ isCurrent: false })
    .where(and(between(userId, characterId, kind), eq(rooms.isCurrent, true)));
}

export async function insertRoom(tx: Tx, row: typeof rooms.$inferInsert): Promise<void> {
  await tx.insert(rooms).values(row);
}

export async function updateRoom(tx: Tx, id: string, fields: Partial<typeof rooms.$inferInsert>): Promise<void> {
  await tx
    .update(rooms)
    .set({ ...fields, version: sql`${rooms.version} + 1` })
    .where(eq(rooms.id, id));
}

/** Changes single settings and details of a room; the others stay. */
export async function mergeIntoRoom(
  tx: Tx,
  id: string,
  { details, settings, now }: { details: object; settings: StoredSettings; now: Date },
): Promise<void> {
  const json = (value: object) => sql`${JSON.stringify(value)}::text::jsonb`;
  await tx
    .update(rooms)
    .set({
      details: sql`${rooms.details} || ${json(details)}`,
      settings: sql`${rooms.settings} || ${json(settings)}`,
      version: sql`${rooms.version} + 1`,
      updatedAt: now,
    })
    .where(eq(rooms.id, id));
}

/** Takes the rows of rooms for this transaction: one, a character's, or a story's (played, or origin of the character). */
export async function lockRoomsOf(
  tx: Tx,
  which: { roomId: string } | { characterId: string } | { storyId: string },
): Promise<string[]> {
  const condition =
    'roomId' in which
      ? eq(rooms.id, which.roomId)
      : 'characterId' in which
        ? eq(rooms.characterId, which.characterId)
        : sql`(${rooms.storyId} = ${which.storyId} or ${rooms.characterId} in (select c.id from characters c where c.origin_story_id = ${which.storyId}))`;
  const rows = await tx.select({ id: rooms.id }).from(rooms).where(condition).orderBy(rooms.id).for('update');
  return rows.map(({ id }) => id);
}

export async function deleteRoomRows(tx: Tx, ids: string[]): Promise<void> {
  if (ids.length > 0) await tx.delete(rooms).where(inArray(rooms.id, ids));
}
