import { and, asc, desc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { mediaAssets } from '../../db/tables/media.ts';
import type { Tx } from '../../db/tx.ts';
import type { EntityRef } from './schema.ts';

export type AssetRow = typeof mediaAssets.$inferSelect;

const columnOf = { character: mediaAssets.characterId, story: mediaAssets.storyId };
const inGallery = ({ type, id }: EntityRef) => eq(columnOf[type], id);

/** The main picture, then by their order, then the newest. */
export async function findGallery(db: Db, entity: EntityRef, max: number): Promise<AssetRow[]> {
  return db
    .select()
    .from(mediaAssets)
    .where(inGallery(entity))
    .orderBy(desc(mediaAssets.isPrimary), asc(mediaAssets.orderIndex), desc(mediaAssets.createdAt), asc(mediaAssets.id))
    .limit(max);
}

/** What a user has uploaded and not attached, the newest first. */
export async function findLoose(db: Db, ownerId: string, max: number): Promise<AssetRow[]> {
  return db
    .select()
    .from(mediaAssets)
    .where(and(eq(mediaAssets.ownerId, ownerId), isNull(mediaAssets.characterId), isNull(mediaAssets.storyId)))
    .orderBy(desc(mediaAssets.createdAt), asc(mediaAssets.id))
    .limit(max);
}

export async function findAssets(db: Db, ids: string[]): Promise<AssetRow[]> {
  return db.select().from(mediaAssets).where(inArray(mediaAssets.id, ids));
}

/** Held until the transaction ends, in one order for everybody. */
export async function lockAssets(tx: Tx, ids: string[]): Promise<AssetRow[]> {
  return tx
    .select()
    .from(mediaAssets)
    .where(inArray(mediaAssets.id, ids))
    .orderBy(asc(mediaAssets.id))
    .for('no key update');
}

export async function insertAssets(tx: Tx, rows: (typeof mediaAssets.$inferInsert)[]): Promise<AssetRow[]> {
  return tx.insert(mediaAssets).values(rows).returning();
}

/** Puts a picture into a gallery; one that belongs to something already stays where it is. */
export async function attachAsset(tx: Tx, id: string, entity: EntityRef, orderIndex: number, now: Date): Promise<void> {
  await tx
    .update(mediaAssets)
    .set({ [entity.type === 'character' ? 'characterId' : 'storyId']: entity.id, orderIndex, updatedAt: now })
    .where(and(eq(mediaAssets.id, id), isNull(mediaAssets.characterId), isNull(mediaAssets.storyId)));
}

/** Numbers pictures in the order of their ids here, in one statement. */
export async function reorder(tx: Tx, entity: EntityRef, ids: string[], now: Date): Promise<void> {
  const list = sql`array[${sql.join(
    ids.map((id) => sql`${id}::uuid`),
    sql`, `,
  )}]`;
  await tx
    .update(mediaAssets)
    .set({ orderIndex: sql`array_position(${list}, ${mediaAssets.id}) - 1`, updatedAt: now })
    .where(and(inGallery(entity), inArray(mediaAssets.id, ids)));
}

export async function updateAsset(tx: Tx, id: string, change: Partial<AssetRow>): Promise<AssetRow | undefined> {
  return (await tx.update(mediaAssets).set(change).where(eq(mediaAssets.id, id)).returning())[0];
}

/** Makes one picture of a gallery its main one, or none of them. */
export async function movePrimary(tx: Tx, entity: EntityRef, id: string | undefined): Promise<void> {
  await tx
    .update(mediaAssets)
    .set({ isPrimary: false })
    .where(and(inGallery(entity), eq(mediaAssets.isPrimary, true)));
  if (id !== undefined) await tx.update(mediaAssets).set({ isPrimary: true }).where(eq(mediaAssets.id, id));
}

export async function deleteRows(tx: Tx, ids: string[]): Promise<void> {
  await tx.delete(mediaAssets).where(inArray(mediaAssets.id, ids));
}
