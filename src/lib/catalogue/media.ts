import type { ErrorEntry } from './entry.ts';

/** Errors of galleries: the pictures of characters and stories. */
export const mediaErrors = {
  'media.not_found': { status: 404, en: 'There is no such picture.', ko: '이미지를 찾을 수 없습니다.' },
  'media.not_yours': { status: 403, en: 'This picture is not yours.', ko: '이 이미지에 대한 권한이 없습니다.' },
  'media.bad_assets': {
    status: 400,
    en: 'These pictures cannot be used here: {problem}',
    ko: '사용할 수 없는 이미지입니다: {problem}',
  },
  'media.too_many': {
    status: 400,
    en: 'A gallery has room for {max} pictures.',
    ko: '이미지는 최대 {max}개까지 등록할 수 있습니다.',
  },
  'media.not_attached': {
    status: 400,
    en: 'A picture must belong to a character or a story to be its main one.',
    ko: '캐릭터나 작품에 등록된 이미지만 대표 이미지로 설정할 수 있습니다.',
  },
  'media.no_provider': {
    status: 503,
    en: 'No image generator is set up on this server.',
    ko: '이 서버에는 이미지 생성기가 설정되어 있지 않습니다.',
  },
  'media.job_not_found': { status: 404, en: 'There is no such image job.', ko: '이미지 작업을 찾을 수 없습니다.' },
} as const satisfies Record<string, ErrorEntry>;
