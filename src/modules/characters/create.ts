import type { Ctx } from '../../context.ts';
import { type Tx, withTx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { setTagsOfCharacter } from '../tags/links.ts';
import { type CharacterDraft, columnsOf, type DialogueDraft } from './draft.ts';
import { insertCharacterRow, insertSettingsRow, replaceDialogues } from './queries.ts';

/**
 * Creates a character inside the caller's transaction: row, settings, dialogues and tags, all or nothing. The one way in
 * for every writer. `id` may be given beforehand (`newId()`). Throws `http.invalid` (422) and `tag.reserved` (400).
 */
export async function insertCharacter(
  tx: Tx,
  creation: { id?: string; creatorId: string; now: Date; draft: CharacterDraft },
): Promise<string> {
  const { id = newId(), creatorId, now, draft } = creation;
  const { name, ...columns } = columnsOf(draft);
  if (name === undefined)
    throw fail('http.invalid', {
      params: { problem: 'name' },
      fields: [{ pointer: '/basic_info/name', detail: 'is required', rule: 'missing' }],
    });
  await insertCharacterRow(tx, { id, creatorId, name, ...columns, createdAt: now, updatedAt: now });
  await insertSettingsRow(tx, { id: newId(), characterId: id, createdAt: now, updatedAt: now });
  await replaceDialogues(tx, id, dialogueRows(id, draft.exampleDialogues ?? [], now));
  if (draft.tags && draft.tags.length > 0) await setTagsOfCharacter(tx, id, draft.tags, now);
  return id;
}

/** Creates a character in a transaction of its own and returns its id. Throws as `insertCharacter` does. */
export function createCharacter(ctx: Ctx, actor: Member, draft: CharacterDraft): Promise<string> {
  const now = ctx.clock.now();
  return withTx(ctx.db, (tx) => insertCharacter(tx, { creatorId: actor.userId, now, draft }));
}

/** Rows of example dialogues, in their order. */
export function dialogueRows(characterId: string, dialogues: DialogueDraft[], now: Date) {
  return dialogues.map((dialogue) => ({ id: newId(), characterId, ...dialogue, createdAt: now }));
}
