import type { Ctx } from '../../../context.ts';
import type { Member } from '../../../lib/actor.ts';
import type { Language } from '../../../lib/language.ts';
import { getCharacter } from '../detail.ts';
import type { CharacterDetailView } from '../schema.ts';
import { generate, type Tell, WAVES, type WaveLimits } from './generate.ts';
import { onceForRequest } from './once.ts';
import { hashOfPlan, planQuickCreate } from './plan.ts';
import type { QuickCreateInput } from './schema.ts';
import { storeQuickCharacter } from './store.ts';

type Work = {
  signal: AbortSignal;
  tell?: Tell;
  /** Tests make them short. */
  waves?: WaveLimits;
};

/**
 * Makes a whole, public character out of a few lines (seed, Flow 2): one opening, two endings, tags; or nothing at all.
 * The same `request_id` makes one character, and its answer is given again. Throws as `planQuickCreate`, `generate`,
 * `storeQuickCharacter` and `onceForRequest` do, and the signal's reason when it aborts.
 */
export function quickCreate(
  ctx: Ctx,
  actor: Member,
  askedIn: Language,
  input: QuickCreateInput,
  { signal, tell = () => undefined, waves = WAVES }: Work,
): Promise<CharacterDetailView> {
  const plan = planQuickCreate(ctx, input, askedIn);
  const requestId = input.request_id?.trim() ?? '';
  const request = requestId === '' ? undefined : { id: requestId, hash: hashOfPlan(plan) };
  const make = async () => {
    const parts = await generate({ ctx, language: plan.language, signal }, plan, waves, tell);
    signal.throwIfAborted();
    tell('start', 'save');
    const id = await storeQuickCharacter(ctx, actor, plan, parts, request);
    tell('end', 'save');
    return id;
  };
  const work = async () => {
    const id = request ? await onceForRequest(ctx, actor.userId, request, make) : await make();
    // Without a request there is nothing that could refuse it.
    if (id === undefined) throw new Error('a character without a request was refused');
    return getCharacter(ctx, actor, id);
  };
  return inBackground(ctx, work());
}

/** A process that is asked to stop waits for it, as long as it waits for anything. */
function inBackground<T>(ctx: Ctx, work: Promise<T>): Promise<T> {
  const ended: Promise<void> = work.then(
    () => undefined,
    () => undefined,
  );
  ctx.background.add(ended);
  ended.finally(() => ctx.background.delete(ended)).catch(() => undefined);
  return work;
}
