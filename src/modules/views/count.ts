import type { Ctx } from '../../context.ts';
import { keys } from '../../redis/keys.ts';

export type Viewed = { kind: 'story' | 'chapter'; id: string };

/**
 * Counts one view of something that exists. It returns at once and never fails: the counters follow within ten seconds,
 * and while Redis is away views are not counted.
 */
export function countView(ctx: Ctx, { kind, id }: Viewed): void {
  const counting: Promise<void> = ctx.redis.commands
    .hincrby(keys.viewsPending(), `${kind}:${id}`, 1)
    .then(
      () => undefined,
      () => undefined,
    )
    .finally(() => ctx.background.delete(counting));
  ctx.background.add(counting);
}
