import type { Ctx } from '../../context.ts';
import { findWriter } from './turn-queries.ts';

/** The name of an account, for texts that speak to its owner. */
export async function userNameOf(ctx: Ctx, userId: string): Promise<string> {
  return (await findWriter(ctx.db.pool, userId))?.username ?? '';
}

/** The same with the model that its owner chose. */
export async function writerOf(ctx: Ctx, userId: string): Promise<{ name: string; model: string | undefined }> {
  const writer = await findWriter(ctx.db.pool, userId);
  return { name: writer?.username ?? '', model: writer?.preferredSubModel ?? writer?.preferredModel };
}
