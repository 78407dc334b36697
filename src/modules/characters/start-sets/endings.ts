import { assignIds, idOf } from './ids.ts';
import { type Ending, type ExtraCondition, limits, type Opening } from './schema.ts';
import { unknownKeys } from './unknown.ts';
import { entriesOf, firstOf, integerOf, objectOf, textOf, type Walk, wordOf } from './values.ts';

const SETTINGS_KEYS = ['min_turns', 'minTurns', 'endings'];
const ENDING_KEYS = ['id', 'turn', 'title', 'base_condition', 'epilogue', 'hint', 'extra_conditions'];
const STAT_KEYS = ['id', 'type', 'stat_id', 'stat_name', 'op', 'value'];
const TEXT_KEYS = ['id', 'type', 'text'];
const OPERATORS = ['gt', 'lt', 'eq', 'gte', 'lte'] as const;

/** When and how an opening's story ends. */
export function endingSettings(value: unknown, pointer: string, walk: Walk): Opening['ending_settings'] {
  const source = objectOf(value) ?? {};
  const entries = entriesOf(source.endings, limits.endings, `${pointer}/endings`, walk);
  const ids = assignIds(
    entries.map((entry) => entry.source.id),
    'ending',
  );
  return {
    min_turns: integerOf(firstOf(source, 'min_turns', 'minTurns') ?? limits.minTurnsDefault, 0, limits.turns),
    endings: entries.map((entry, index) => ending(entry.source, ids[index] ?? '', entry.pointer, walk)),
    ...unknownKeys(source, SETTINGS_KEYS, pointer, walk),
  };
}

function ending(source: Record<string, unknown>, id: string, pointer: string, walk: Walk): Ending {
  const entries = entriesOf(source.extra_conditions, limits.extraConditions, `${pointer}/extra_conditions`, walk);
  const ids = assignIds(
    entries.map((entry) => entry.source.id),
    'cond',
  );
  return {
    id,
    turn: integerOf(source.turn, 0, limits.turns),
    title: textOf(source.title, limits.endingTitle, `${pointer}/title`, walk),
    base_condition: textOf(source.base_condition, limits.baseCondition, `${pointer}/base_condition`, walk),
    epilogue: textOf(source.epilogue, limits.epilogue, `${pointer}/epilogue`, walk),
    hint: textOf(source.hint, limits.hint, `${pointer}/hint`, walk),
    extra_conditions: entries.map((entry, index) => condition(entry.source, ids[index] ?? '', entry.pointer, walk)),
    ...unknownKeys(source, ENDING_KEYS, pointer, walk),
  };
}

/** A condition without a type is a text, unless it names a stat. */
function condition(source: Record<string, unknown>, id: string, pointer: string, walk: Walk): ExtraCondition {
  const type = wordOf(source.type, ['stat', 'text'] as const) ?? (idOf(source.stat_id) === '' ? 'text' : 'stat');
  if (type === 'text')
    return {
      id,
      type,
      text: textOf(source.text, limits.conditionText, `${pointer}/text`, walk),
      ...unknownKeys(source, TEXT_KEYS, pointer, walk),
    };
  return {
    id,
    type,
    stat_id: idOf(source.stat_id),
    stat_name: textOf(source.stat_name, limits.statName, `${pointer}/stat_name`, walk),
    op: wordOf(source.op, OPERATORS) ?? 'gte',
    value: textOf(source.value, limits.conditionValue, `${pointer}/value`, walk),
    ...unknownKeys(source, STAT_KEYS, pointer, walk),
  };
}
