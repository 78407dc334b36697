import type { ErrorEntry } from './entry.ts';

/** Errors of chapters and of buying them. */
export const chapterErrors = {
  'chapter.not_found': { status: 404, en: 'There is no such chapter.', ko: '회차를 찾을 수 없습니다.' },
  'chapter.number_taken': {
    status: 400,
    en: 'This story has a chapter {no} already.',
    ko: '이미 {no}화가 있습니다.',
  },
  'chapter.bad_image_url': {
    status: 422,
    en: 'Images must be https addresses or uploads of this site.',
    ko: '이미지는 https 주소이거나 이 사이트에 업로드한 파일이어야 합니다.',
  },
  'chapter.locked': {
    status: 402,
    en: 'This chapter costs {price} rubies.',
    ko: '이 회차를 보려면 루비 {price}개가 필요합니다.',
  },
  'chapter.too_few_points': {
    status: 402,
    en: 'You do not have enough rubies: this chapter costs {price}.',
    ko: '루비가 부족합니다. 이 회차는 루비 {price}개가 필요합니다.',
  },
} as const satisfies Record<string, ErrorEntry>;
