import { type Static, Type } from 'typebox';

/** Limits of the document. Texts are UTF-16 lengths, as a page's `maxlength` counts. */
export const limits = {
  openings: 20,
  turnEvents: 50,
  endings: 10,
  extraConditions: 7,
  stats: 10,
  memos: 50,
  triggers: 5,
  targets: 20,
  id: 80,
  openingTitle: 100,
  intro: 2_000,
  firstLine: 500,
  openingSecret: 1_000,
  eventTitle: 30,
  eventSummary: 200,
  narration: 1_000,
  dialogue: 500,
  endingTitle: 20,
  baseCondition: 500,
  epilogue: 1_000,
  hint: 20,
  conditionText: 500,
  conditionValue: 20,
  statName: 20,
  statUnit: 10,
  statDescription: 500,
  memoDetail: 400,
  trigger: 80,
  concept: 2_700,
  turns: 5_000,
  statValue: 99_999,
  /** All openings together, as JSON. */
  openingsBytes: 262_144,
  /** All keys that this version does not know, together, as JSON. */
  unknownBytes: 65_536,
  unknownDepth: 8,
  /** How often a document may be wrapped in itself or in a JSON string. */
  wrappings: 3,
  minTurnsDefault: 30,
} as const;

const text = (maxLength: number) => Type.String({ maxLength });
const Id = Type.String({ minLength: 1, maxLength: limits.id });
/** A number field of the wizard; empty while it is being filled in. */
const turn = Type.Union([Type.Integer({ minimum: 0, maximum: limits.turns }), Type.Literal('')]);
const value = Type.Union([Type.Number({ minimum: -limits.statValue, maximum: limits.statValue }), Type.Literal('')]);

const TurnEvent = Type.Object({
  id: Id,
  title: text(limits.eventTitle),
  about_turn: turn,
  summary: text(limits.eventSummary),
  required_narration: text(limits.narration),
  required_dialogue: text(limits.dialogue),
});

const ExtraCondition = Type.Union([
  Type.Object({
    id: Id,
    type: Type.Literal('stat'),
    stat_id: text(limits.id),
    stat_name: text(limits.statName),
    op: Type.Enum(['gt', 'lt', 'eq', 'gte', 'lte']),
    value: text(limits.conditionValue),
  }),
  Type.Object({ id: Id, type: Type.Literal('text'), text: text(limits.conditionText) }),
]);

const Ending = Type.Object({
  id: Id,
  turn,
  title: text(limits.endingTitle),
  base_condition: text(limits.baseCondition),
  epilogue: text(limits.epilogue),
  hint: text(limits.hint),
  extra_conditions: Type.Array(ExtraCondition, { maxItems: limits.extraConditions }),
});

const Stat = Type.Object({
  id: Id,
  name: text(limits.statName),
  label: Type.Optional(text(limits.statName)),
  min_value: value,
  max_value: value,
  base_value: value,
  unit: text(limits.statUnit),
  description: text(limits.statDescription),
});

const Opening = Type.Object({
  id: Id,
  title: text(limits.openingTitle),
  intro: text(limits.intro),
  firstLine: text(limits.firstLine),
  secret: Type.Optional(text(limits.openingSecret)),
  turn_events: Type.Array(TurnEvent, { maxItems: limits.turnEvents }),
  ending_settings: Type.Object({ min_turns: turn, endings: Type.Array(Ending, { maxItems: limits.endings }) }),
  stat_settings: Type.Object({ stats: Type.Array(Stat, { maxItems: limits.stats }) }),
});

const Memo = Type.Object({
  id: Id,
  detail: text(limits.memoDetail),
  triggers: Type.Array(text(limits.trigger), { maxItems: limits.triggers }),
  targets: Type.Array(text(limits.id), { minItems: 1, maxItems: limits.targets }),
  /** Copies of `detail` and `triggers`, which older pages read. */
  info: text(limits.memoDetail),
  keywords: Type.Array(text(limits.trigger), { maxItems: limits.triggers }),
});

const SimOptions = Type.Object({
  mode: Type.Optional(Type.Union([Type.Literal('preset'), Type.Literal('custom')])),
  max_turns: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.turns })),
  allow_infinite_mode: Type.Boolean(),
  sim_dating_elements: Type.Boolean(),
  sim_variant: Type.Optional(Type.Union([Type.Literal('dating'), Type.Literal('scenario')])),
});

/**
 * Openings, turn events, endings, stats and the setting book of a character, as `normaliseStartSets` leaves them. A
 * section that was not there stays absent: the pages take `sim_options` for the sign of a simulator.
 */
export const StartSetsSchema = Type.Object({
  /** The id of an opening; empty when there is none. */
  selectedId: text(limits.id),
  items: Type.Array(Opening, { maxItems: limits.openings }),
  sim_options: Type.Optional(SimOptions),
  max_turns: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.turns })),
  setting_book: Type.Optional(
    Type.Object({ selectedId: text(limits.id), items: Type.Array(Memo, { maxItems: limits.memos }) }),
  ),
  profile_concept: Type.Optional(Type.Object({ enabled: Type.Boolean(), text: text(limits.concept) })),
});

export type StartSets = Static<typeof StartSetsSchema>;
export type Opening = Static<typeof Opening>;
export type TurnEvent = Static<typeof TurnEvent>;
export type Ending = Static<typeof Ending>;
export type ExtraCondition = Static<typeof ExtraCondition>;
export type Stat = Static<typeof Stat>;
export type Memo = Static<typeof Memo>;
export type SimOptions = Static<typeof SimOptions>;
