import type { StoredSnapshot } from '../../../db/tables/turns.ts';
import { normaliseStartSets } from '../../characters/start-sets/normalise.ts';
import { endingTurn, openingOf, selectedOpening } from '../../characters/start-sets/read.ts';
import type { Ending, Memo, Opening, TurnEvent } from './document.ts';
import type { StatDefinition } from './stats.ts';
import { statDefinition } from './stats.ts';

/** A turn event with a turn to happen at. */
export type ScriptEvent = TurnEvent & { about_turn: number };
export type ScriptEnding = Ending & { atTurn: number | undefined };

/** What a character's creator laid down for one opening, as the engine plays it. */
export type Script = {
  readonly type: 'roleplay' | 'simulator' | 'custom';
  readonly opening: Opening | undefined;
  /** In the order in which they fall due. */
  readonly events: readonly ScriptEvent[];
  /** Those that are meant for this opening. */
  readonly memos: readonly Memo[];
  readonly stats: readonly StatDefinition[];
  readonly endings: readonly ScriptEnding[];
  /** No ending comes by its turn before this one. */
  readonly endingsFromTurn: number;
  /** Null: without end. */
  readonly maxTurns: number | null;
};

/** Below this a limit on turns means: no end. */
const FEWEST_TURNS = 50;
const EARLIEST_ENDING = 10;

/** Reads the script of a pinned character. Without an opening of that id, the selected one counts. */
export function readScript({ character }: Pick<StoredSnapshot, 'character'>, openingId: string | null): Script {
  const sets = normaliseStartSets(character.startSets);
  const opening = sets ? (openingId !== null && openingOf(sets, openingId)) || selectedOpening(sets) : undefined;
  const maxTurns = sets?.sim_options?.max_turns ?? sets?.max_turns ?? null;
  const events = (opening?.turn_events ?? []).filter(
    (event): event is ScriptEvent => event.about_turn !== '' && event.about_turn >= 1,
  );
  const memos = (sets?.setting_book?.items ?? []).filter(
    ({ detail, targets }) =>
      detail !== '' && (targets.includes('all') || (opening !== undefined && targets.includes(opening.id))),
  );
  return {
    type: character.characterType,
    opening,
    // Sorting is stable: events of one turn come in the creator's order.
    events: events.sort((a, b) => a.about_turn - b.about_turn),
    memos,
    // A creator of a custom character keeps numbers his own way.
    stats: character.characterType === 'custom' ? [] : (opening?.stat_settings.stats ?? []).map(statDefinition),
    endings:
      sets && opening
        ? opening.ending_settings.endings.map((ending) => ({ ...ending, atTurn: endingTurn(sets, opening, ending) }))
        : [],
    endingsFromTurn: Math.max(EARLIEST_ENDING, opening?.ending_settings.min_turns || EARLIEST_ENDING),
    maxTurns:
      maxTurns === null || maxTurns < FEWEST_TURNS || sets?.sim_options?.allow_infinite_mode === true ? null : maxTurns,
  };
}
