import type { Ctx } from '../../context.ts';
import { withTx } from '../../db/tx.ts';
import { fail } from '../../lib/errors.ts';
import { readSettingsPatch } from './engine/settings.ts';
import { findLastSaid } from './message-queries.ts';
import { mergeIntoRoom } from './room-queries.ts';
import type { MessageView } from './schema.ts';
import { viewMessage } from './views.ts';

/** The last thing that was said in a room, but by its user. Throws `chat.nothing_to_continue` (409). */
export async function lastSaid(ctx: Ctx, roomId: string): Promise<MessageView> {
  const row = await findLastSaid(ctx.db.pool, roomId);
  if (!row) throw fail('chat.nothing_to_continue');
  return viewMessage(row);
}

/** Takes a settings patch over without a turn. */
export async function patchSettings(ctx: Ctx, roomId: string, given: unknown): Promise<void> {
  const settings = readSettingsPatch(given);
  if (Object.keys(settings).length === 0) return;
  await withTx(ctx.db, (tx) => mergeIntoRoom(tx, roomId, { details: {}, settings, now: ctx.clock.now() }));
}
