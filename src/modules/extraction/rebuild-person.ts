import type { Ctx } from '../../context.ts';
import { withTx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { updateCharacter } from '../characters/change.ts';
import { removeCharacters } from '../characters/derived.ts';
import { loadVisibleStory, requireStoryOwner } from '../stories/access.ts';
import { viewItem } from './grid.ts';
import { findGridRow, findShown, linkCharacter } from './grid-queries.ts';
import { drawPersons } from './portraits.ts';
import type { ItemView } from './schema.ts';
import { findStoryToSearch } from './story-queries.ts';
import { makeCharacter } from './swap.ts';

/**
 * Draws one person of one's story anew; name and description stay. When the model does not answer, so do the rest. Throws
 * `story.not_found`, `extraction.person_not_found` (404), `story.private`, `story.not_yours` (403).
 */
export async function rebuildPerson(
  ctx: Ctx,
  actor: Member,
  storyId: string,
  extractedId: string,
  signal: AbortSignal,
): Promise<ItemView> {
  requireStoryOwner(actor, await loadVisibleStory(ctx, actor, storyId));
  const [story, row] = await Promise.all([
    findStoryToSearch(ctx.db.pool, storyId),
    findGridRow(ctx.db.pool, storyId, extractedId),
  ]);
  if (!story) throw fail('story.not_found');
  if (!row) throw fail('extraction.person_not_found');
  const [portrait = {}] = await drawPersons(ctx, story, [row], signal);
  // A portrait of nothing but its language is none.
  const { baseLanguage: _language, ...drawn } = portrait;
  if (row.characterId) await updateCharacter(ctx, actor, row.characterId, drawn);
  else {
    const now = ctx.clock.now();
    await withTx(ctx.db, async (tx) => {
      const made = await makeCharacter(
        tx,
        story,
        { name: row.name, description: row.description ?? '', portrait },
        now,
      );
      if (!(await linkCharacter(tx, row.id, made))) await removeCharacters(tx, [made]);
    });
  }
  const shown = (await findShown(ctx.db.pool, storyId, true)).find((one) => one.row.id === extractedId);
  if (!shown) throw fail('extraction.person_not_found');
  return viewItem(shown);
}
