import type { Ctx } from '../../context.ts';
import { findTops } from './traffic-queries.ts';

/** Ids of the characters that most people wrote to on the last finished day; some may be gone or private by now. */
export async function topCharacterIds(ctx: Ctx, kind: 'character' | 'origchat'): Promise<string[]> {
  return findTops(ctx.db.pool, kind);
}
