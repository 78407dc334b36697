import type { StoredScene } from '../../../db/tables/characters.ts';
import { normaliseStartSets } from './normalise.ts';
import type { Ending, Opening, SimOptions, StartSets } from './schema.ts';

/** Below this a limit on turns means: no end. */
const FEWEST_TURNS = 50;
const ENDING_SHARE = 0.9;

/** The turns after which a character's story is over; null when that was never said. Takes any form of the document. */
export function maxTurnsOf(startSets: unknown): number | null {
  const sets = normaliseStartSets(startSets);
  return sets?.sim_options?.max_turns ?? sets?.max_turns ?? null;
}

/** The opening of an id; undefined when there is no such opening. */
export function openingOf(sets: StartSets, openingId: string): Opening | undefined {
  return sets.items.find((item) => item.id === openingId);
}

/** The opening that a character shows and starts with. */
export function selectedOpening(sets: StartSets | null): Opening | undefined {
  return sets ? (openingOf(sets, sets.selectedId) ?? sets.items[0]) : undefined;
}

/**
 * The turn at which an ending comes by itself. One without a turn comes after nine tenths of the turns, not before the
 * opening's `min_turns`; undefined when the story has no end or stops before that.
 */
export function endingTurn(sets: StartSets, opening: Opening, ending: Ending): number | undefined {
  if (ending.turn !== '' && ending.turn > 0) return ending.turn;
  const maxTurns = maxTurnsOf(sets);
  if (maxTurns === null || maxTurns < FEWEST_TURNS) return undefined;
  const least = opening.ending_settings.min_turns || 0;
  return Math.min(maxTurns, Math.max(least, Math.floor(maxTurns * ENDING_SHARE)));
}

type Mirrored = { greeting: string | null; introductionScenes: StoredScene[] };

/**
 * `greeting` and `introduction_scenes` as copies of the selected opening (contract, "start_sets is the source of truth").
 * What the opening lacks leaves what was submitted.
 */
export function mirrorOpening(sets: StartSets | null, submitted: Mirrored): Mirrored {
  const selected = selectedOpening(sets);
  if (!selected) return submitted;
  const [first] = submitted.introductionScenes;
  return {
    greeting: selected.firstLine || submitted.greeting,
    introductionScenes: selected.intro
      ? [
          {
            title: selected.title || (first?.title ?? ''),
            content: selected.intro,
            secret: first?.secret || selected.secret || null,
          },
        ]
      : submitted.introductionScenes,
  };
}

type ViewerStartSets = {
  selectedId: string;
  items: Pick<Opening, 'id' | 'title' | 'intro' | 'firstLine'>[];
  sim_options?: SimOptions;
};

/** What a viewer may read: the openings' own words and the turn limit, none of the creator's secrets or unknown keys. */
export function viewerStartSets(sets: StartSets | null): ViewerStartSets | null {
  if (!sets) return null;
  const sim = sets.sim_options;
  return {
    selectedId: sets.selectedId,
    items: sets.items.map(({ id, title, intro, firstLine }) => ({ id, title, intro, firstLine })),
    ...(sim && {
      sim_options: {
        ...(sim.mode && { mode: sim.mode }),
        ...(sim.max_turns && { max_turns: sim.max_turns }),
        allow_infinite_mode: sim.allow_infinite_mode,
        sim_dating_elements: sim.sim_dating_elements,
        ...(sim.sim_variant && { sim_variant: sim.sim_variant }),
      },
    }),
  };
}
