import { and, eq, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { roomSummaries, rooms } from '../../db/tables/turns.ts';
import type { Tx } from '../../db/tx.ts';

export async function findSummaryBase(db: Db, roomId: string) {
  const [row] = await db
    .select({
      userId: rooms.userId,
      lastSeq: rooms.lastSeq,
      summary: rooms.summary,
      summarySeq: rooms.summarySeq,
      snapshot: rooms.snapshot,
    })
    .from(rooms)
    .where(eq(rooms.id, roomId));
  return row;
}

/** Puts a summary in force, unless another one came first or the room was cleared. */
export async function saveSummary(
  tx: Tx,
  roomId: string,
  { afterSeq, uptoSeq, content, now }: { afterSeq: number; uptoSeq: number; content: string; now: Date },
): Promise<boolean> {
  const rows = await tx
    .update(rooms)
    .set({ summary: content, summarySeq: uptoSeq, version: sql`${rooms.version} + 1` })
    .where(and(eq(rooms.id, roomId), eq(rooms.summarySeq, afterSeq), sql`${rooms.lastSeq} >= ${uptoSeq}`))
    .returning({ id: rooms.id });
  if (rows.length === 0) return false;
  await tx.insert(roomSummaries).values({ roomId, uptoSeq, content, createdAt: now }).onConflictDoNothing();
  return true;
}

export async function deleteSummaries(tx: Tx, roomId: string): Promise<void> {
  await tx.delete(roomSummaries).where(eq(roomSummaries.roomId, roomId));
}
