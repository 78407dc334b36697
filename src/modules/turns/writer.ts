import type { Ctx } from '../../context.ts';
import { findWriter } from './turn-queries.ts';

/** The name of an account, for texts that speak to its owner. */
export async function userNameOf(ctx: Ctx, userId: string): Promise<string> {
  return (await findWriter(ctx.db.pool, userId))?.username ?? '';
}

/** The model a user chose. */
export async function modelOf(ctx: Ctx, userId: string): Promise<string | undefined> {
  const writer = await findWriter(ctx.db.pool, userId);
  return writer?.preferredSubModel ?? writer?.preferredModel;
}
