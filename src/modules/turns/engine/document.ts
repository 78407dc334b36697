import type { normaliseStartSets } from '../../characters/start-sets/normalise.ts';
import type { openingOf } from '../../characters/start-sets/read.ts';

/** The parts of a character's `start_sets` that the engine plays. */
export type Opening = NonNullable<ReturnType<typeof openingOf>>;
export type TurnEvent = Opening['turn_events'][number];
export type Stat = Opening['stat_settings']['stats'][number];
export type Ending = Opening['ending_settings']['endings'][number];
export type ExtraCondition = Ending['extra_conditions'][number];
export type Memo = NonNullable<NonNullable<ReturnType<typeof normaliseStartSets>>['setting_book']>['items'][number];
