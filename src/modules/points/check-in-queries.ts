import { and, eq } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { pointCheckIns } from '../../db/tables/points.ts';

export async function findCheckIn(db: Db, userId: string, day: string): Promise<boolean> {
  const rows = await db
    .select({ day: pointCheckIns.day })
    .from(pointCheckIns)
    .where(and(eq(pointCheckIns.userId, userId), eq(pointCheckIns.day, day)));
  return rows.length > 0;
}
