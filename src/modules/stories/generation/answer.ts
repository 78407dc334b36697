import type { Ctx } from '../../../context.ts';
import type { FinalStory } from '../../../db/tables/generation.ts';
import type { Member } from '../../../lib/actor.ts';
import { fail } from '../../../lib/errors.ts';
import type { Language } from '../../../lib/language.ts';
import { loadVisible } from '../../characters/access.ts';
import { itemsById } from '../../characters/items.ts';
import { cancelGeneration } from './control.ts';
import { followGeneration } from './follow.ts';
import { findJob } from './queries.ts';
import type { PlainInput } from './schema.ts';
import { startGeneration } from './start.ts';

/**
 * Has a story written and waits for all of it. When the caller leaves, or `signal` says that it took too long, the job is
 * cancelled; with an idempotency key it goes on, and the same request is answered by it later. Throws as
 * `startGeneration`, and `character.not_found` (404), `character.private` (403), `generation.failed` (503),
 * `generation.cancelled` (409).
 */
export async function generateAndWait(
  ctx: Ctx,
  actor: Member,
  caller: { address: string; language: Language },
  { character_id, ...input }: PlainInput,
  options: { idempotencyKey?: string; signal: AbortSignal },
): Promise<FinalStory> {
  const prompt = character_id ? await promptAbout(ctx, actor, character_id) : undefined;
  const { jobId } = await startGeneration(ctx, actor, caller, { ...input, prompt }, options.idempotencyKey);
  try {
    for await (const { event } of followGeneration(ctx, jobId, undefined, options.signal))
      if (event === 'final' || event === 'error') break;
  } finally {
    if (options.signal.aborted && options.idempotencyKey === undefined) await cancelGeneration(ctx, actor, jobId);
  }
  const job = await findJob(ctx.db.pool, jobId);
  if (job?.finalResult) return job.finalResult;
  if (job?.status === 'cancelled') throw fail('generation.cancelled');
  throw fail('generation.failed', { params: { problem: job?.errorMessage ?? '' } });
}

/** Who the story is to be about, as a list would tell it. Throws 404 and 403. */
async function promptAbout(ctx: Ctx, actor: Member, characterId: string): Promise<string> {
  await loadVisible(ctx, actor, characterId);
  const item = (await itemsById(ctx, [characterId], actor.userId)).get(characterId);
  if (!item) throw fail('character.not_found');
  return [item.name, item.description].filter(Boolean).join(': ');
}
