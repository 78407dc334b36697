import { Type } from 'typebox';
import { address, choice, flag, instant, stamp, text } from './fields.ts';
import {
  objectOf,
  propertyOf,
  readList,
  readScheduled,
  type Source,
  schemaOf,
  singleOf,
  stamped,
  withIds,
} from './items.ts';
import type { Judge } from './judge.ts';

const MAX_BANNERS = 50;

/** Where an item is shown; words that are none of them mean everywhere. */
export const displayOn = () =>
  choice(['all', 'pc', 'mobile'], 'all', {
    synonyms: { desktop: 'pc', m: 'mobile', phone: 'mobile' },
    otherwise: 'all',
  });

const fields = {
  id: text(80, ''),
  title: text(200, '배너', ['name']),
  imageUrl: address(['image']),
  mobileImageUrl: address(['mobileImage', 'mobile_image']),
  linkUrl: address(['link', 'href']),
  openInNewTab: flag(false, ['newTab', 'new_tab']),
  enabled: flag(true, ['active', 'isActive', 'is_active']),
  displayOn: displayOn(),
  startAt: instant('start'),
  endAt: instant('end'),
  createdAt: stamp(),
  updatedAt: stamp(),
};

export const bannersSchema = Type.Array(schemaOf(fields), { maxItems: MAX_BANNERS });
export type Banner = ReturnType<typeof readBanner>;

/** Shown while there is no banner; the front end has the same one built in. */
const defaultBanners: Banner[] = [
  {
    id: 'banner_notice',
    title: '공지사항',
    imageUrl: '',
    mobileImageUrl: '',
    linkUrl: '/notices',
    openInNewTab: false,
    enabled: true,
    displayOn: 'all',
    startAt: null,
    endAt: null,
    createdAt: null,
    updatedAt: null,
  },
];

function readBanner(source: Source, at: string, judge: Judge) {
  return readScheduled(fields, source, at, judge);
}

/** A list of banners, out of any shape that lists of banners had. */
export function readBanners(given: unknown, judge: Judge): Banner[] {
  const banners = readList(listOf(given), { max: MAX_BANNERS, at: '', judge }, (entry, at) => {
    const source = objectOf(entry) ?? sourceOfText(entry);
    return source && readBanner(source, at, judge);
  });
  return withIds(banners, 'banner');
}

/** Wrapped in an object, or one banner without a list. */
function listOf(given: unknown): unknown {
  const source = objectOf(given);
  return source ? (propertyOf(source, 'items', ['banners']) ?? singleOf(fields, source)) : given;
}

/** The first banners were the addresses of their pictures. */
function sourceOfText(entry: unknown): Source | undefined {
  if (typeof entry !== 'string' || entry.trim() === '') return undefined;
  return /^(\/|https?:)/i.test(entry.trim()) ? { imageUrl: entry } : { title: entry };
}

/** What visitors see. */
export function showBanners(banners: Banner[]): Banner[] {
  return banners.length > 0 ? banners : defaultBanners;
}

export function stampBanners(banners: Banner[], now: Date): Banner[] {
  return banners.map((banner) => stamped(banner, now));
}
