import { Type } from 'typebox';
import { displayOn } from './banners.ts';
import { address, flag, instant, integer, stamp, text } from './fields.ts';
import {
  objectOf,
  propertyOf,
  readItem,
  readList,
  readScheduled,
  type Source,
  schemaOf,
  singleOf,
  stamped,
  unwrapped,
  withIds,
} from './items.ts';
import type { Judge } from './judge.ts';

const MAX_POPUPS = 50;

const fields = {
  enabled: flag(false, ['active', 'isActive', 'is_active']),
  id: text(80, ''),
  title: text(200, ''),
  message: text(2_000, '', ['content', 'body']),
  imageUrl: address(['image']),
  mobileImageUrl: address(['mobileImage', 'mobile_image']),
  linkUrl: address(['link', 'href']),
  openInNewTab: flag(false, ['newTab', 'new_tab']),
  displayOn: displayOn(),
  startAt: instant('start'),
  endAt: instant('end'),
  dismissDays: integer(0, 365, 1),
  createdAt: stamp(),
  updatedAt: stamp(),
};
const settings = { maxDisplayCount: integer(0, 10, 1) };

export const popupSchema = schemaOf(fields);
export const popupsSchema = Type.Object({
  maxDisplayCount: settings.maxDisplayCount.schema,
  items: Type.Array(popupSchema, { maxItems: MAX_POPUPS }),
});
export type Popup = ReturnType<typeof readPopup>;
export type PopupConfig = { maxDisplayCount: number; items: Popup[] };

function readPopup(source: Source, at: string, judge: Judge) {
  return readScheduled(fields, source, at, judge);
}

/** The pop-ups, out of any shape they had: this one, a list, or the single one of the first form. */
export function readPopups(given: unknown, judge: Judge): PopupConfig {
  const source = objectOf(given);
  const list = source ? propertyOf(source, 'items', ['popups']) : given;
  const at = source && list !== undefined ? '/items' : '';
  const items = readList(
    list === undefined && source ? (singleOf(fields, source) ?? []) : unwrapped(list),
    { max: MAX_POPUPS, at, judge },
    (entry, place) => {
      const popup =
        objectOf(entry) ?? (typeof entry === 'string' && entry.trim() !== '' ? { title: entry } : undefined);
      return popup && readPopup(popup, place, judge);
    },
  );
  return { ...readItem(settings, source ?? {}, '', judge), items: withIds(items, 'pop') };
}

/** The one pop-up of the first form as a configuration. */
export function readSinglePopup(given: unknown, judge: Judge): PopupConfig {
  const source = objectOf(given);
  if (!source) judge.faults.push({ pointer: '', detail: 'must be an object' });
  const popup = readPopup(source ?? {}, '', judge);
  return { maxDisplayCount: 1, items: withIds([popup], 'pop') };
}

/** What the first form shows: the first pop-up, or one that is switched off. */
export function firstPopup({ items }: PopupConfig): Popup {
  return items[0] ?? readPopup({}, '', { faults: [], ownOrigins: [] });
}

export function stampPopups(popups: PopupConfig, now: Date): PopupConfig {
  return { ...popups, items: popups.items.map((popup) => stamped(popup, now)) };
}
