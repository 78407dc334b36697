import type { Ctx } from '../../context.ts';
import { findWriter } from './turn-queries.ts';

/** The name of an account, for texts that speak to its owner. */
export async function userNameOf(ctx: Ctx, userId: string): Promise<string> {
  return (await findWriter(ctx.db.pool, userId))?.username ?? '';
}

/** The same with the model for what is free: the one that its owner chose, if that is. */
export async function writerOf(ctx: Ctx, userId: string): Promise<{ name: string; model: string }> {
  const writer = await findWriter(ctx.db.pool, userId);
  return {
    name: writer?.username ?? '',
    model: ctx.llm.models.findFree(writer?.preferredSubModel ?? writer?.preferredModel).id,
  };
}
