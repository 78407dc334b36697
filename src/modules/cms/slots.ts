import { Type } from 'typebox';
import { isUuid } from '../../lib/ids.ts';
import { choice, flag, instant, stamp, text } from './fields.ts';
import {
  objectOf,
  propertyOf,
  readList,
  readScheduled,
  type Source,
  schemaOf,
  singleOf,
  stamped,
  unwrapped,
  withIds,
} from './items.ts';
import { type Judge, tooLong } from './judge.ts';

const MAX_SLOTS = 100;
const MAX_PICKS = 40;

/** Slots that every home page has, in their order. The front end knows them by these ids. */
const systemSlots = [
  ['slot_top_origchat', '요즘 많이 만나는 원작 인물'],
  ['slot_trending_characters', '지금 대화가 이어지는 캐릭터'],
  ['slot_top_stories', '많이 읽는 원작 이야기'],
  ['slot_recommended_characters', '파불라가 추천하는 캐릭터'],
  ['slot_daily_tag_characters', '오늘 하루를 나눌 캐릭터'],
] as const;
const systemIds = new Set<string>(systemSlots.map(([id]) => id));

/** What an editor picked. Only who it is is kept: everything else is read when it is shown, and only if it may be. */
export type Pick = { type: 'character' | 'story'; id: string };

const fields = {
  id: text(120, ''),
  title: text(200, '구좌', ['name']),
  enabled: flag(true, ['active', 'isActive', 'is_active']),
  slotType: choice(['system', 'custom'], null, {}, ['type']),
  contentSortMode: choice(['metric', 'random'], null, {}, ['sortMode', 'sort_mode']),
  startAt: instant('start'),
  endAt: instant('end'),
  createdAt: stamp(),
  updatedAt: stamp(),
};

const pick = Type.Object({
  type: Type.Union([Type.Literal('character'), Type.Literal('story')]),
  item: Type.Object({ id: Type.String() }, { additionalProperties: true }),
});
export const slotsSchema = Type.Array(
  Type.Intersect([schemaOf(fields), Type.Object({ contentPicks: Type.Array(pick, { maxItems: MAX_PICKS }) })]),
  { maxItems: MAX_SLOTS },
);
export type Slot = ReturnType<typeof readSlot>;

/** A list of slots, out of any shape that lists of slots had. The system slots are always among them. */
export function readSlots(given: unknown, judge: Judge): Slot[] {
  const slots = readList(listOf(given), { max: Number.MAX_SAFE_INTEGER, at: '', judge }, (entry, at) => {
    const source = objectOf(entry) ?? sourceOfText(entry);
    return source && readSlot(source, at, judge);
  });
  const first = new Set<string>();
  const unique = slots.filter(({ id }) => id === '' || (!first.has(id) && first.add(id)));
  return complete(withIds(unique, 'slot'), judge);
}

function readSlot(source: Source, at: string, judge: Judge) {
  const { startAt, endAt, createdAt, updatedAt, contentSortMode, ...slot } = readScheduled(fields, source, at, judge);
  return {
    ...slot,
    slotType: systemIds.has(slot.id) ? ('system' as const) : slot.slotType,
    contentPicks: readPicks(source, at, judge),
    ...{ contentSortMode, startAt, endAt, createdAt, updatedAt },
  };
}

/** Adds the system slots that are missing; where there are too many slots, the last others go. */
function complete(slots: Slot[], judge: Judge): Slot[] {
  const given = new Set(slots.map(({ id }) => id));
  const all = [...slots, ...systemSlots.filter(([id]) => !given.has(id)).map(([id, title]) => systemSlot(id, title))];
  if (!tooLong(all, MAX_SLOTS, '', judge)) return all;
  const room = MAX_SLOTS - systemSlots.length;
  const kept = new Set(all.filter(({ id }) => !systemIds.has(id)).slice(0, room));
  return all.filter((slot) => systemIds.has(slot.id) || kept.has(slot));
}

function systemSlot(id: string, title: string): Slot {
  return {
    ...{ id, title, enabled: true, slotType: 'system', contentPicks: [], contentSortMode: 'metric' },
    ...{ startAt: null, endAt: null, createdAt: null, updatedAt: null },
  };
}

function listOf(given: unknown): unknown {
  const source = objectOf(given);
  return source ? (propertyOf(source, 'items', ['slots']) ?? singleOf(fields, source)) : given;
}

/** The first slots were titles, or the ids of system slots. */
function sourceOfText(entry: unknown): Source | undefined {
  if (typeof entry !== 'string' || entry.trim() === '') return undefined;
  const title = systemSlots.find(([id]) => id === entry.trim())?.[1];
  return title ? { ...systemSlot(entry.trim(), title) } : { title: entry };
}

/** Each thing once. Older slots had lists of ids by kind, or picks without an `item`. */
function readPicks(source: Source, slotAt: string, judge: Judge): Pick[] {
  const at = `${slotAt}/contentPicks`;
  const given = unwrapped(propertyOf(source, 'contentPicks', ['picks', 'contents'])) ?? [
    ...idsOf(source, 'characterIds').map((id) => ({ type: 'character', id })),
    ...idsOf(source, 'storyIds').map((id) => ({ type: 'story', id })),
  ];
  const picks = readList(given, { max: MAX_PICKS, at, judge }, readPick);
  const seen = new Set<string>();
  // What has no UUID is nothing of ours: it could never be shown.
  return picks.filter(({ type, id }) => isUuid(id) && !seen.has(type + id) && seen.add(type + id));
}

function idsOf(source: Source, name: string): unknown[] {
  const list = unwrapped(propertyOf(source, name));
  return Array.isArray(list) ? list : [];
}

const kinds: Record<string, Pick['type']> = {
  character: 'character',
  ...{ story: 'story', webnovel: 'story', novel: 'story', origchat: 'story', webtoon: 'story' },
};

function readPick(entry: unknown): Pick | undefined {
  const pick = objectOf(entry) ?? (typeof entry === 'string' ? { type: 'character', id: entry } : undefined);
  const type = typeof pick?.type === 'string' ? kinds[pick.type.trim().toLowerCase()] : undefined;
  const item = objectOf(unwrapped(pick?.item)) ?? pick;
  const id = item?.id ?? (pick && propertyOf(pick, type === 'story' ? 'storyId' : 'characterId'));
  return type && typeof id === 'string' && id !== '' ? { type, id: id.trim().toLowerCase() } : undefined;
}

export function stampSlots(slots: Slot[], now: Date): Slot[] {
  return slots.map((slot) => stamped(slot, now));
}
