import type { Ctx } from '../../context.ts';
import { withTx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { auditUnlessOwn } from '../audit/audit.ts';
import { updateVisibility } from './visibility-queries.ts';

/**
 * Sets a story's visibility, or turns it over where `isPublic` is undefined. For administrators: whoever calls it has asked
 * who may. Throws `story.not_found` (404), also for a deleted one.
 */
export async function setStoryVisibility(ctx: Ctx, actor: Member, id: string, isPublic: boolean | undefined) {
  return withTx(ctx.db, async (tx) => {
    const story = await updateVisibility(tx, id, isPublic);
    if (!story) throw fail('story.not_found');
    const details = { is_public: story.isPublic };
    await auditUnlessOwn(tx, actor, story.creatorId, { action: 'story.visibility', target: id, details });
    return { id: story.id, title: story.title, isPublic: story.isPublic };
  });
}
