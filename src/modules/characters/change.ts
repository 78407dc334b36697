import type { Ctx } from '../../context.ts';
import { withTx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { auditUnlessOwn } from '../audit/audit.ts';
import { setTagsOfCharacter } from '../tags/links.ts';
import { viewTag } from '../tags/tags.ts';
import { forgetRooms, removeRooms } from '../turns/rooms.ts';
import { loadOwned, loadVisible, requireOwner, seesAll } from './access.ts';
import { dialogueRows } from './create.ts';
import { type CharacterDraft, columnsOf } from './draft.ts';
import { deleteCharacterRow, lockCharacter, replaceDialogues, setVisibility, updateCharacterRow } from './queries.ts';
import type { CharacterLegacyView } from './schema.ts';
import { viewLegacy } from './views.ts';

/**
 * Changes what a draft sets and nothing else, in one transaction. For the owner alone. Throws `character.not_found` (404),
 * `character.not_yours` (403), `http.invalid` (422), `tag.reserved` (400).
 */
export async function updateCharacter(
  ctx: Ctx,
  actor: Member,
  id: string,
  draft: CharacterDraft,
): Promise<CharacterLegacyView> {
  const now = ctx.clock.now();
  const row = await withTx(ctx.db, async (tx) => {
    const current = requireOwner(actor, await lockCharacter(tx, id));
    // An empty edit is none: the date of the last edit stays.
    if (Object.keys(draft).length === 0) return current;
    const changed = await updateCharacterRow(tx, id, { ...columnsOf(draft, current), updatedAt: now });
    if (draft.exampleDialogues) await replaceDialogues(tx, id, dialogueRows(id, draft.exampleDialogues, now));
    if (draft.tags) await setTagsOfCharacter(tx, id, draft.tags, now);
    return changed;
  });
  if (!row) throw fail('character.not_found');
  return viewLegacy(row);
}

/** Makes these the tags of one's character; missing ones are made. */
export async function replaceTags(ctx: Ctx, actor: Member, id: string, slugs: string[]) {
  const now = ctx.clock.now();
  const rows = await withTx(ctx.db, async (tx) => {
    requireOwner(actor, await lockCharacter(tx, id));
    return setTagsOfCharacter(tx, id, slugs, now);
  });
  return rows.map(viewTag).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Turns visibility over, or sets it to `isPublic`. The owner and administrators may. Throws 404 and 403. */
export async function togglePublic(
  ctx: Ctx,
  actor: Member,
  id: string,
  isPublic: boolean | undefined,
): Promise<CharacterLegacyView> {
  const character = await loadVisible(ctx, actor, id);
  if (!seesAll(actor, character)) throw fail('character.not_yours');
  const row = await withTx(ctx.db, async (tx) => {
    const changed = await setVisibility(tx, id, isPublic, ctx.clock.now());
    if (changed)
      await auditUnlessOwn(tx, actor, changed.creatorId, {
        action: 'character.visibility',
        target: id,
        details: { is_public: changed.isPublic },
      });
    return changed;
  });
  if (!row) throw fail('character.not_found');
  return viewLegacy(row);
}

/**
 * Deletes one's character with all that belongs to it, its rooms too, in one transaction; its story stays. Throws 404
 * and 403.
 */
export async function deleteCharacter(ctx: Ctx, actor: Member, id: string): Promise<void> {
  await loadOwned(ctx, actor, id);
  const rooms = await withTx(ctx.db, async (tx) => {
    const gone = await removeRooms(tx, { characterId: id });
    if (!(await deleteCharacterRow(tx, id, actor.userId))) throw fail('character.not_found');
    return gone;
  });
  await forgetRooms(ctx, rooms);
}
