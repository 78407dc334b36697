import type { Ctx } from '../../context.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { activePersona } from '../personas/active.ts';
import { keepStory } from '../stories/access.ts';
import type { RoomAccessRow } from '../turns/access.ts';
import { openRoom } from '../turns/open-room.ts';
import { loadPlayable } from '../turns/snapshot.ts';
import { viewRoom } from '../turns/views.ts';
import { userNameOf } from '../turns/writer.ts';
import type { StartInput } from './schema.ts';

/**
 * Opens character chat: the current room, or with `fresh` a new one. Throws `character.not_found` (404),
 * `chat.story_gone` (410), `character.private` and `chat.story_private` (403), `http.idempotency_mismatch` (422).
 */
export async function startChat(
  ctx: Ctx,
  actor: Member,
  input: StartInput,
  { fresh, idempotencyKey }: { fresh: boolean; idempotencyKey?: string },
): Promise<ReturnType<typeof viewRoom>> {
  const openingId = input.opening_id?.trim() || undefined;
  return viewRoom(await openChat(ctx, actor, input.character_id, { openingId, fresh, idempotencyKey }));
}

/** The same for a service that goes on with the room. */
export async function openChat(
  ctx: Ctx,
  actor: Member,
  characterId: string,
  { openingId, fresh, idempotencyKey }: { openingId?: string; fresh: boolean; idempotencyKey?: string },
): Promise<RoomAccessRow> {
  const [character, persona, userName] = await Promise.all([
    loadPlayable(ctx, actor, characterId),
    activePersona(ctx, actor.userId, 'character'),
    userNameOf(ctx, actor.userId),
  ]);
  const { originStoryId } = character;
  const { room } = await openRoom(ctx, actor, {
    kind: 'chat',
    character,
    openingId,
    userName: persona?.name || userName,
    fresh,
    ...(originStoryId === null
      ? {}
      : {
          alongside: async (tx) => {
            if (!(await keepStory(tx, originStoryId))) throw fail('chat.story_gone');
          },
        }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  });
  return room;
}
