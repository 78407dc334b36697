import type { ErrorEntry } from './entry.ts';

/** Errors of uploads, stored files and the pictures of characters and stories. */
export const fileErrors = {
  'files.none': {
    status: 422,
    en: 'Send at least one file in the field "files".',
    ko: '"files" 필드에 파일을 하나 이상 보내 주세요.',
  },
  'files.too_many': {
    status: 422,
    en: 'At most {max} files can be sent at once.',
    ko: '한 번에 최대 {max}개의 파일만 보낼 수 있습니다.',
  },
  'files.malformed_form': {
    status: 400,
    en: 'The form is broken off or not a valid multipart form.',
    ko: '폼이 중간에 끊겼거나 올바른 multipart 형식이 아닙니다.',
  },
  'files.not_an_image': {
    status: 400,
    en: 'File {number} is not a PNG, JPEG, WebP or GIF image.',
    ko: '{number}번째 파일은 PNG, JPEG, WebP, GIF 이미지가 아닙니다.',
  },
  'files.too_many_pixels': {
    status: 400,
    en: 'File {number} has more than {max} pixels.',
    ko: '{number}번째 파일의 픽셀 수가 {max}개를 넘습니다.',
  },
  'files.not_found': { status: 404, en: 'There is no such file.', ko: '파일을 찾을 수 없습니다.' },
} as const satisfies Record<string, ErrorEntry>;
