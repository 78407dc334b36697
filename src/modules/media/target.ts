import type { Ctx } from '../../context.ts';
import { type Tx, withTx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { auditUnlessOwn } from '../audit/audit.ts';
import { entities } from './entities.ts';
import { type AssetRow, findAssets, lockAssets } from './queries.ts';
import type { EntityRef } from './schema.ts';
import { entityOf } from './view.ts';

/** What a picture belongs to, held by the transaction. */
export type HeldEntity = EntityRef & {
  /** The avatar or cover at the moment. */
  pictureUrl: string | null;
};

/** `entity` is undefined for a picture that belongs to nothing, or to a story that is deleted. */
export type Target = { row: AssetRow; entity: HeldEntity | undefined };

/** Pictures, for their owner and administrators. Throws `media.not_found` (404) and `media.not_yours` (403). */
export async function requireAssets(ctx: Ctx, actor: Member, ids: string[]): Promise<AssetRow[]> {
  const found = new Map((await findAssets(ctx.db.pool, ids)).map((row) => [row.id, row]));
  return ids.map((id) => {
    const row = found.get(id);
    if (!row) throw fail('media.not_found');
    if (row.ownerId !== actor.userId && !actor.isAdmin) throw fail('media.not_yours');
    return row;
  });
}

/**
 * Runs a change of pictures in one transaction that holds their entities first and then the pictures, each in the order
 * of their ids, so that two changes never wait for each other. Throws as `requireAssets`.
 */
export async function changing<T>(
  ctx: Ctx,
  actor: Member,
  ids: string[],
  work: (tx: Tx, targets: Target[], now: Date) => Promise<T>,
): Promise<T> {
  const seen = new Map((await requireAssets(ctx, actor, ids)).map((row) => [row.id, entityOf(row)]));
  return withTx(ctx.db, async (tx) => {
    const held = await holdAll(tx, [...seen.values()]);
    const rows = await lockAssets(tx, ids);
    // Deleted, or attached, between our look and the lock.
    if (rows.length < ids.length || rows.some((row) => entityOf(row)?.id !== seen.get(row.id)?.id))
      throw fail('media.not_found');
    const targets = rows.map((row) => ({ row, entity: held.get(entityOf(row)?.id ?? '') }));
    const foreign = rows.find((row) => row.ownerId !== actor.userId);
    if (foreign)
      await auditUnlessOwn(tx, actor, foreign.ownerId, {
        action: 'media.change',
        target: foreign.id,
        details: { pictures: rows.length },
      });
    return work(tx, targets, ctx.clock.now());
  });
}

async function holdAll(tx: Tx, refs: (EntityRef | undefined)[]): Promise<Map<string, HeldEntity>> {
  const wanted = new Map(refs.flatMap((ref) => (ref ? [[ref.id, ref] as const] : [])));
  const held = new Map<string, HeldEntity>();
  for (const [id, ref] of [...wanted].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const found = await entities[ref.type].hold(tx, id);
    if (found) held.set(id, { ...ref, pictureUrl: found.pictureUrl });
  }
  return held;
}

/** `changing` for one picture. */
export function changingOne<T>(
  ctx: Ctx,
  actor: Member,
  id: string,
  work: (tx: Tx, target: Target, now: Date) => Promise<T>,
): Promise<T> {
  return changing(ctx, actor, [id], (tx, [target], now) => {
    if (!target) throw fail('media.not_found');
    return work(tx, target, now);
  });
}
