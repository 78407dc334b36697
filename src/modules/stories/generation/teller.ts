import type { Ctx } from '../../../context.ts';
import { safePrefix } from '../../../lib/text.ts';
import { keys, ttlSeconds } from '../../../redis/keys.ts';
import { createTeller, type Teller } from '../../../redis/teller.ts';
import { PREVIEW_AT_CHARS, PREVIEW_MAX_CHARS } from './plan.ts';

/** The teller of a story: episodes, and one preview when there is enough of it. */
export function tellStory(ctx: Ctx, jobId: string, onEnded: () => void): Teller {
  let previewed = false;
  return createTeller(
    { redis: ctx.redis.commands, log: ctx.log },
    {
      key: keys.generationEvents(jobId),
      ttlSeconds: ttlSeconds.generationEvents,
      deltaEvent: 'episode',
      onEnded,
      onText(content, push) {
        if (previewed || content.length < PREVIEW_AT_CHARS) return;
        previewed = true;
        push('preview', { text: safePrefix(content, PREVIEW_MAX_CHARS) });
      },
    },
  );
}
