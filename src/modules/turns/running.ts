import type { Ctx } from '../../context.ts';

/** The turns that run in this process, and how to stop them. */
const stoppers = new WeakMap<Ctx['background'], Map<string, () => void>>();

function ofProcess(ctx: Ctx): Map<string, () => void> {
  const known = stoppers.get(ctx.background) ?? new Map<string, () => void>();
  stoppers.set(ctx.background, known);
  return known;
}

/** Notes how a turn is stopped; returns how to forget it. */
export function noteRunning(ctx: Ctx, turnId: string, stop: () => void): () => void {
  const turns = ofProcess(ctx);
  turns.set(turnId, stop);
  return () => turns.delete(turnId);
}

/** Stops a turn at once if it runs here; elsewhere its next sign of life finds the request in its row. */
export function stopHere(ctx: Ctx, turnId: string): void {
  ofProcess(ctx).get(turnId)?.();
}
