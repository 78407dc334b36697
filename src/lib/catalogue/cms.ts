import type { ErrorEntry } from './entry.ts';

/** Errors of what administrators do to the home page and to other people's works. */
export const cmsErrors = {
  'cms.no_revision': { status: 404, en: 'There is no such revision.', ko: '해당 버전을 찾을 수 없습니다.' },
  'cms.bad_type': {
    status: 400,
    en: 'The type must be one of: {choices}',
    ko: '유형은 다음 중 하나여야 합니다: {choices}',
  },
  'cms.bad_id': { status: 400, en: 'The id is not a UUID.', ko: 'ID 형식이 올바르지 않습니다.' },
  'cms.bad_visibility': {
    status: 400,
    en: 'is_public must be true or false.',
    ko: 'is_public 값은 true 또는 false여야 합니다.',
  },
} as const satisfies Record<string, ErrorEntry>;
