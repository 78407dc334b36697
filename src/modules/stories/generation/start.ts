import type { Ctx } from '../../../context.ts';
import { withTx } from '../../../db/tx.ts';
import type { Actor } from '../../../lib/actor.ts';
import { mac, sha256 } from '../../../lib/crypto.ts';
import { fail } from '../../../lib/errors.ts';
import { newSecretId } from '../../../lib/ids.ts';
import type { Language } from '../../../lib/language.ts';
import { planStory, type StoryPlan } from './plan.ts';
import { countLive, findByIdempotencyKey, insertJob, type JobRow, lockOwner } from './queries.ts';
import type { GenerateInput } from './schema.ts';
import { writeStory } from './write.ts';

type Caller = { address: string; language: Language };

/** Guests share an address with others, so each address writes one story at a time. */
const GUEST_CONCURRENCY = 1;

/**
 * Begins to write a story and returns its job, whose row exists by then (invariant 5). The writing goes on whatever
 * becomes of the request. With an idempotency key the same request is the same job. Throws `generation.nothing_to_write`
 * (422), `generation.too_many` (429), `http.idempotency_in_flight` (409), `http.idempotency_mismatch` (422).
 */
export async function startGeneration(
  ctx: Ctx,
  actor: Actor,
  caller: Caller,
  input: GenerateInput,
  idempotencyKey?: string,
): Promise<{ jobId: string }> {
  const plan = planStory(input, caller.language);
  if (!plan) throw fail('generation.nothing_to_write');
  const ownerKey =
    actor.kind === 'member'
      ? `user:${actor.userId}`
      : `guest:${mac(ctx.config.auth.jwtSecret, 'guest', caller.address)}`;
  const concurrency = actor.kind === 'member' ? ctx.config.generation.concurrency : GUEST_CONCURRENCY;
  const requestHash = sha256(JSON.stringify(plan));
  const jobId = newSecretId();
  const replay = await withTx(ctx.db, async (tx) => {
    await lockOwner(tx, ownerKey);
    const earlier = idempotencyKey && (await findByIdempotencyKey(tx, ownerKey, idempotencyKey));
    if (earlier) return requireSameRequest(earlier, requestHash);
    const running = await countLive(tx, ownerKey);
    if (running >= concurrency) throw fail('generation.too_many', { params: { running }, retryAfterSeconds: 10 });
    const now = ctx.clock.now();
    await insertJob(tx, {
      id: jobId,
      userId: actor.kind === 'member' ? actor.userId : null,
      ownerKey,
      idempotencyKey,
      requestHash,
      status: 'queued',
      stage: 'start',
      title: '',
      isPublic: plan.isPublic,
      content: '',
      createdAt: now,
      heartbeatAt: now,
    });
    return undefined;
  });
  if (replay) return { jobId: replay.id };
  inBackground(ctx, jobId, plan);
  return { jobId };
}

function requireSameRequest(earlier: JobRow, requestHash: string): JobRow {
  if (earlier.requestHash !== requestHash) throw fail('http.idempotency_mismatch');
  if (earlier.endedAt === null) throw fail('http.idempotency_in_flight');
  return earlier;
}

/** Runs the writer detached from the request; the process waits for it when it is asked to stop. */
function inBackground(ctx: Ctx, jobId: string, plan: StoryPlan): void {
  const work: Promise<void> = writeStory(ctx, jobId, plan)
    .catch((error: unknown) => ctx.log.error('story writer failed', { job_id: jobId, error }))
    .finally(() => ctx.background.delete(work));
  ctx.background.add(work);
}
