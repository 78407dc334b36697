import type { Ctx } from '../../context.ts';
import { type Banner, readBanners, showBanners, stampBanners } from './banners.ts';
import { unwrapped } from './items.ts';
import type { Judge } from './judge.ts';
import { type ShownSlot, showSlots, showSlotsWithoutPicks } from './picks.ts';
import { firstPopup, type Popup, type PopupConfig, readPopups, readSinglePopup, stampPopups } from './popups.ts';
import { readSlots, type Slot, stampSlots } from './slots.ts';
import { readTagDisplay, type TagDisplay } from './tag-display.ts';

/** The shape that is written today. Whoever changes it raises this and adds a step to `steps`. */
export const SCHEMA_VERSION = 1;

/**
 * From each shape to the next one. Shape 0 is whatever was there before shapes were counted, JSON in a text too; its many
 * spellings the readers know, since a front end may still send them.
 */
const steps: ((value: unknown) => unknown)[] = [unwrapped];

/** One document: how it is read out of anything, written, and shown. */
export type Definition<Doc, View = Doc> = {
  /** Of its row. */
  key: string;
  /** Never throws: what is wrong is noted in the judge. Reading nothing gives the document of a fresh installation. */
  read(given: unknown, judge: Judge): Doc;
  /** How it is read out of what was sent, where that is another form than what is stored. */
  readSent?(given: unknown, judge: Judge): Doc;
  /** Sets the times of what is written. */
  stamp(doc: Doc, now: Date): Doc;
  /** As visitors see it now. */
  show(ctx: Ctx, doc: Doc): Promise<View>;
  /** The same while Postgres is away. */
  showAlone(doc: Doc): View;
};

function plain<Doc>(definition: Omit<Definition<Doc>, 'show' | 'showAlone'>, view = (doc: Doc) => doc) {
  return { ...definition, show: async (_ctx: Ctx, doc: Doc) => view(doc), showAlone: view } satisfies Definition<Doc>;
}

export const banners: Definition<Banner[]> = plain(
  { key: 'homeBanners', read: readBanners, stamp: stampBanners },
  showBanners,
);
export const popups: Definition<PopupConfig> = plain({ key: 'homePopups', read: readPopups, stamp: stampPopups });
/** The form of the first front end: the same document, of which it shows and writes one. */
export const singlePopup: Definition<PopupConfig, Popup> = {
  ...popups,
  readSent: readSinglePopup,
  show: async (_ctx, doc) => firstPopup(doc),
  showAlone: firstPopup,
};
export const tagDisplay: Definition<TagDisplay> = plain({
  key: 'characterTagDisplay',
  read: readTagDisplay,
  stamp: (doc, now) => ({ ...doc, updatedAt: now.toISOString() }),
});
export const slots: Definition<Slot[], ShownSlot[]> = {
  key: 'homeSlots',
  read: readSlots,
  stamp: stampSlots,
  show: showSlots,
  showAlone: showSlotsWithoutPicks,
};

/** A stored document, whatever its shape, with what can be saved of it. */
export function readStored<Doc, View>(
  ctx: Ctx,
  { key, read }: Definition<Doc, View>,
  stored: { value: unknown; schemaVersion: number },
): Doc {
  const judge = judgeOf(ctx);
  const doc = read(upcast(stored.value, stored.schemaVersion), judge);
  if (judge.faults.length > 0)
    ctx.log.warn('a cms document was mended while it was read', {
      document: key,
      places: judge.faults.map(({ pointer }) => pointer),
    });
  return doc;
}

/** Brings a value of an older shape to the one of today. */
export function upcast(value: unknown, schemaVersion: number): unknown {
  return steps.slice(schemaVersion).reduce((older, step) => step(older), value);
}

export function judgeOf({ config }: Ctx): Judge {
  const own = [config.publicBaseUrl, config.frontendBaseUrl, ...config.corsOrigins];
  return { faults: [], ownOrigins: own.map((base) => new URL(base).origin) };
}
