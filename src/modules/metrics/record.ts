import type { Ctx } from '../../context.ts';
import { countToday } from './count.ts';

/** The numbers of story play that are kept; `tti` is the time from the request to the first text. */
export const origchatNames = ['tti_ms', 'tti_count', 'choices_requested', 'next_event', 'completed'] as const;
type OrigchatName = (typeof origchatNames)[number];

/** A longer wait is no answer of a model. */
const MOST_TTI_MS = 600_000;

type OrigchatEvent = {
  storyId: string;
  roomId: string;
  ttiMs?: number;
  choicesRequested?: boolean;
  nextEvent?: boolean;
  completed?: boolean;
};

/**
 * Counts a turn of story play. It answers at once and never fails: the counting happens in the background, and what
 * cannot be counted (Redis is away) is not.
 */
export function recordOrigchat(ctx: Ctx, event: OrigchatEvent): void {
  const { storyId, roomId } = event;
  const counts = namesOf(event).flatMap(([name, by]) => [
    { of: 'day' as const, field: name, by },
    { of: 'stories' as const, field: `${storyId}:${name}`, by },
    { of: 'rooms' as const, field: `${roomId}:${name}`, by },
  ]);
  if (counts.length === 0) return;
  const work = countToday(ctx, [...counts, { of: 'rooms', field: `${roomId}:${storyId}`, by: 1 }])
    .catch((error: unknown) => ctx.log.debug('not counted', { error }))
    .finally(() => ctx.background.delete(work));
  ctx.background.add(work);
}

function namesOf({ ttiMs, choicesRequested, nextEvent, completed }: OrigchatEvent): [OrigchatName, number][] {
  const timed = ttiMs !== undefined && Number.isFinite(ttiMs);
  const numbers: Record<OrigchatName, number> = {
    tti_ms: timed ? Math.round(Math.min(Math.max(ttiMs, 0), MOST_TTI_MS)) : 0,
    tti_count: timed ? 1 : 0,
    choices_requested: choicesRequested ? 1 : 0,
    next_event: nextEvent ? 1 : 0,
    completed: completed ? 1 : 0,
  };
  return origchatNames.map((name): [OrigchatName, number] => [name, numbers[name]]).filter(([, by]) => by > 0);
}
