import { endingSettings } from './endings.ts';
import { assignIds } from './ids.ts';
import { limits, type Opening, type Stat, type TurnEvent } from './schema.ts';
import { unknownKeys } from './unknown.ts';
import { entriesOf, firstOf, integerOf, numberOf, objectOf, plainText, textOf, type Walk } from './values.ts';

const OPENING_KEYS = [
  ...['id', 'title', 'intro', 'introduction', 'content', 'firstLine', 'first_line', 'greeting', 'secret'],
  ...['turn_events', 'turnEvents', 'ending_settings', 'endingSettings', 'stat_settings', 'statSettings'],
];
const EVENT_KEYS = ['id', 'title', 'about_turn', 'summary', 'required_narration', 'required_dialogue'];
const STAT_KEYS = [
  ...['id', 'stat_id', 'name', 'label', 'min_value', 'max_value', 'base_value', 'unit', 'description'],
];

/** One opening with all that belongs to it; legacy spellings of its keys are read, too. */
export function opening(source: Record<string, unknown>, id: string, pointer: string, walk: Walk): Opening {
  const secret = textOf(source.secret, limits.openingSecret, `${pointer}/secret`, walk);
  const intro = firstOf(source, 'intro', 'introduction', 'content');
  const firstLine = firstOf(source, 'firstLine', 'first_line', 'greeting');
  return {
    id,
    title: textOf(source.title, limits.openingTitle, `${pointer}/title`, walk),
    intro: textOf(intro, limits.intro, `${pointer}/intro`, walk),
    firstLine: textOf(firstLine, limits.firstLine, `${pointer}/firstLine`, walk),
    ...(secret === '' ? {} : { secret }),
    turn_events: turnEvents(firstOf(source, 'turn_events', 'turnEvents'), `${pointer}/turn_events`, walk),
    ending_settings: endingSettings(
      firstOf(source, 'ending_settings', 'endingSettings'),
      `${pointer}/ending_settings`,
      walk,
    ),
    stat_settings: statSettings(firstOf(source, 'stat_settings', 'statSettings'), `${pointer}/stat_settings`, walk),
    ...unknownKeys(source, OPENING_KEYS, pointer, walk),
  };
}

function turnEvents(value: unknown, pointer: string, walk: Walk): TurnEvent[] {
  const entries = entriesOf(value, limits.turnEvents, pointer, walk);
  const ids = assignIds(
    entries.map((entry) => entry.source.id),
    'ev',
  );
  return entries.map(({ source, pointer: at }, index) => ({
    id: ids[index] ?? '',
    title: textOf(source.title, limits.eventTitle, `${at}/title`, walk),
    about_turn: integerOf(source.about_turn, 0, limits.turns),
    summary: textOf(source.summary, limits.eventSummary, `${at}/summary`, walk),
    required_narration: textOf(source.required_narration, limits.narration, `${at}/required_narration`, walk),
    required_dialogue: textOf(source.required_dialogue, limits.dialogue, `${at}/required_dialogue`, walk),
    ...unknownKeys(source, EVENT_KEYS, at, walk),
  }));
}

function statSettings(value: unknown, pointer: string, walk: Walk): Opening['stat_settings'] {
  const source = objectOf(value) ?? {};
  const entries = entriesOf(source.stats, limits.stats, `${pointer}/stats`, walk);
  // A stat without an id is known by its name.
  const ids = assignIds(
    entries.map((entry) => firstOf(entry.source, 'id', 'stat_id', 'name')),
    'stat',
  );
  const stats = entries.map((entry, index) => stat(entry.source, ids[index] ?? '', entry.pointer, walk));
  return { stats, ...unknownKeys(source, ['stats'], pointer, walk) };
}

function stat(source: Record<string, unknown>, id: string, pointer: string, walk: Walk): Stat {
  const bound = (value: unknown) => numberOf(value, -limits.statValue, limits.statValue);
  const [one, other] = [bound(source.min_value), bound(source.max_value)];
  const swapped = one !== '' && other !== '' && one > other;
  const [min, max] = swapped ? [other, one] : [one, other];
  const label = textOf(source.label, limits.statName, `${pointer}/label`, walk);
  const name = plainText(source.name) === '' ? source.label : source.name;
  return {
    id,
    name: textOf(name, limits.statName, `${pointer}/name`, walk),
    ...(label === '' ? {} : { label }),
    min_value: min,
    max_value: max,
    base_value: within(bound(source.base_value), min, max),
    unit: textOf(source.unit, limits.statUnit, `${pointer}/unit`, walk),
    description: textOf(source.description, limits.statDescription, `${pointer}/description`, walk),
    ...unknownKeys(source, STAT_KEYS, pointer, walk),
  };
}

function within(value: number | '', min: number | '', max: number | ''): number | '' {
  if (value === '') return '';
  return Math.min(max === '' ? value : max, Math.max(min === '' ? value : min, value));
}
