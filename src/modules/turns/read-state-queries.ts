import { and, desc, eq, gt, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { characters } from '../../db/tables/characters.ts';
import { stories } from '../../db/tables/stories.ts';
import { roomReads, rooms } from '../../db/tables/turns.ts';
import { enterable, playedStories, type Viewer } from './room-queries.ts';

export async function markReadRow(db: Db, roomId: string, userId: string, now: Date): Promise<void> {
  await db
    .insert(roomReads)
    .values({ roomId, userId, unreadCount: 0, lastReadAt: now })
    .onConflictDoUpdate({ target: [roomReads.roomId, roomReads.userId], set: { unreadCount: 0, lastReadAt: now } });
}

export async function incrementUnreadRow(db: Db, roomId: string, userId: string): Promise<number> {
  const [row] = await db
    .insert(roomReads)
    .values({ roomId, userId, unreadCount: 1 })
    .onConflictDoUpdate({
      target: [roomReads.roomId, roomReads.userId],
      set: { unreadCount: sql`least(${roomReads.unreadCount} + 1, 9999)` },
    })
    .returning({ unreadCount: roomReads.unreadCount });
  return row?.unreadCount ?? 0;
}

export async function findRead(db: Db, roomId: string, userId: string) {
  return (
    await db
      .select({ unreadCount: roomReads.unreadCount, lastReadAt: roomReads.lastReadAt })
      .from(roomReads)
      .where(and(eq(roomReads.roomId, roomId), eq(roomReads.userId, userId)))
  )[0];
}

/** A user's rooms with unread messages that the user may enter, the last touched first. */
export async function findUnreadRooms(db: Db, viewer: Viewer, limit: number) {
  const { userId } = viewer;
  return db
    .select({
      id: rooms.id,
      userId: rooms.userId,
      characterId: rooms.characterId,
      characterName: characters.name,
      characterAvatarUrl: characters.avatarUrl,
      title: rooms.title,
      messageCount: rooms.messageCount,
      createdAt: rooms.createdAt,
      updatedAt: rooms.updatedAt,
      unreadCount: roomReads.unreadCount,
    })
    .from(roomReads)
    .innerJoin(rooms, eq(rooms.id, roomReads.roomId))
    .innerJoin(characters, eq(characters.id, rooms.characterId))
    .leftJoin(stories, eq(stories.id, characters.originStoryId))
    .leftJoin(playedStories, eq(playedStories.id, rooms.storyId))
    .where(and(eq(roomReads.userId, userId), eq(rooms.userId, userId), gt(roomReads.unreadCount, 0), enterable(viewer)))
    .orderBy(desc(rooms.updatedAt), desc(rooms.id))
    .limit(limit);
}
