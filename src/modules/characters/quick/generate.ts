import { AppError, fail } from '../../../lib/errors.ts';
import { similarity } from '../../../lib/similarity.ts';
import type { CharacterFacts } from '../../../llm/character-tasks.ts';
import { type Desk, isLate, together } from '../drafting/desk.ts';
import { type DraftedDetails, detailsWithoutModel, writeDetails } from '../drafting/details.ts';
import { type DraftedEnding, type EndingPlace, titleWithoutModel, writeEnding } from '../drafting/endings.ts';
import { type DraftedEvent, eventsWithoutModel, writeEvents } from '../drafting/events.ts';
import { type DraftedOpening, writeOpening } from '../drafting/opening.ts';
import { type DraftedStat, statsWithoutModel, writeStats } from '../drafting/stats.ts';
import { worldWithoutModel, writeWorld } from '../drafting/world.ts';
import { factsOf, type QuickPlan } from './plan.ts';

/** Everything of a character that is written for it. */
export type QuickParts = {
  world: string;
  opening: DraftedOpening;
  stats: DraftedStat[];
  endings: PlacedEnding[];
  events: DraftedEvent[];
  details: DraftedDetails;
};
export type PlacedEnding = DraftedEnding & { turn: number };

/** How long each wave may take. Together with saving they stay within the 30 seconds that the product promises. */
export type WaveLimits = { worldMs: number; openingMs: number; restMs: number };
export const WAVES: WaveLimits = { worldMs: 8_000, openingMs: 8_000, restMs: 10_000 };

export const STAGES = ['world', 'opening', 'stats', 'ending_1', 'ending_2', 'events', 'details', 'save'] as const;
export type Stage = (typeof STAGES)[number];
/** Hears when a stage begins and when it is done. */
export type Tell = (step: 'start' | 'end', stage: Stage) => void;

const LEAST_WORLD_CHARS = 2_200;
/** The contract's least turns before an ending. */
export const LEAST_ENDING_TURNS = 30;
const ENDING_SHARES = [0.9, 1] as const;
/** Two last scenes that are as alike as this are one. */
const SAME_EPILOGUE = 0.85;

/**
 * Writes a character in three waves; what a wave writes stands side by side. World, stats, events and details have
 * something to fall back on; the opening and the two endings are promised, so without one of them it throws
 * `quick_create.failed` (503) or `.timeout` (504). Throws the desk's reason when it is told to stop.
 */
export async function generate(desk: Desk, plan: QuickPlan, waves: WaveLimits, tell: Tell): Promise<QuickParts> {
  const stage = async <T>(name: Stage, work: () => Promise<T>): Promise<T> => {
    tell('start', name);
    const result = await work();
    tell('end', name);
    return result;
  };
  const bare = factsOf(plan);
  const world = await stage('world', () =>
    soft(
      desk,
      'world',
      () => writeWorld(desk, waves.worldMs, 'quick.world', bare, LEAST_WORLD_CHARS),
      () => worldWithoutModel(desk, 'quick.world', bare, LEAST_WORLD_CHARS),
    ),
  );
  const facts = { ...bare, world };
  const [opening, stats] = await together<[DraftedOpening, DraftedStat[]]>(desk, [
    (at) =>
      stage('opening', () => hard(at, 'opening', () => writeOpening(at, waves.openingMs, 'quick.opening', facts))),
    (at) =>
      stage('stats', () =>
        soft(
          at,
          'stats',
          () => writeStats(at, waves.openingMs, 'quick.stats', facts),
          () => statsWithoutModel(at, 'quick.stats', facts),
        ),
      ),
  ]);
  const endMs = performance.now() + waves.restMs;
  const ending = (at: Desk, order: 1 | 2) =>
    stage(`ending_${order}`, () =>
      hard(at, 'ending', () => writeEnding(at, waves.restMs, facts, placeOf(plan, opening, order))),
    );
  const [first, second, events, details] = await together<
    [DraftedEnding, DraftedEnding, DraftedEvent[], DraftedDetails]
  >(desk, [
    (at) => ending(at, 1),
    (at) => ending(at, 2),
    (at) =>
      stage('events', () =>
        soft(
          at,
          'events',
          () => writeEvents(at, waves.restMs, 'quick.events', facts, opening),
          () => eventsWithoutModel(at, 'quick.events', facts, opening),
        ),
      ),
    (at) =>
      stage('details', () =>
        soft(
          at,
          'details',
          () => writeDetails(at, waves.restMs, 'quick.details', facts),
          () => detailsWithoutModel(at, 'quick.details', facts),
        ),
      ),
  ]);
  const other = await distinct(desk, endMs - performance.now(), facts, first, second, placeOf(plan, opening, 2));
  const endings = [first, other].map((each, index) => ({ ...each, turn: turnOf(plan, index === 0 ? 1 : 2) }));
  return { world, opening, stats, endings, events, details };
}

function turnOf({ maxTurns }: QuickPlan, order: 1 | 2): number {
  return Math.floor(maxTurns * ENDING_SHARES[order - 1 === 0 ? 0 : 1]);
}

function placeOf(plan: QuickPlan, opening: DraftedOpening, order: 1 | 2): EndingPlace {
  return {
    order,
    turn: turnOf(plan, order),
    minTurn: LEAST_ENDING_TURNS,
    opening: opening.intro,
    avoidTitle: '',
  };
}

/** The second ending, made another one than the first: by asking once more while there is time, the title by ourselves. */
async function distinct(
  desk: Desk,
  leftMs: number,
  facts: CharacterFacts,
  first: DraftedEnding,
  second: DraftedEnding,
  place: EndingPlace,
): Promise<DraftedEnding> {
  const sameTitle = ({ title }: DraftedEnding) => similarity(title, first.title) === 1;
  const sameScene = ({ epilogue }: DraftedEnding) => similarity(epilogue, first.epilogue) >= SAME_EPILOGUE;
  if (!sameTitle(second) && !sameScene(second)) return second;
  const elsewhere = { ...place, avoidTitle: first.title };
  const again = await writeEnding(desk, Math.max(leftMs, 0), facts, elsewhere).catch((error: unknown) => {
    desk.signal.throwIfAborted();
    desk.ctx.log.warn('quick_create.same_endings', { error });
    return second;
  });
  if (sameScene(again)) throw fail('quick_create.failed', { params: { stage: 'ending_generation_failed' } });
  return sameTitle(again) ? { ...again, title: titleWithoutModel(desk, facts, elsewhere) } : again;
}

async function soft<T>(desk: Desk, stage: string, write: () => Promise<T>, otherwise: () => T): Promise<T> {
  try {
    return await write();
  } catch (error) {
    desk.signal.throwIfAborted();
    desk.ctx.log.warn('quick_create.filled', { stage, error });
    return otherwise();
  }
}

async function hard<T>(desk: Desk, stage: 'opening' | 'ending', write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    desk.signal.throwIfAborted();
    if (error instanceof AppError && error.code.startsWith('quick_create.')) throw error;
    const params = { stage: `${stage}_generation_failed` };
    throw fail(isLate(error) ? 'quick_create.timeout' : 'quick_create.failed', { params, cause: error });
  }
}
