import type { ErrorEntry } from './entry.ts';

/** Errors of stories and of writing them. The front end looks for `작품` in the refusal of a private one. */
export const storyErrors = {
  'story.not_found': { status: 404, en: 'There is no such story.', ko: '작품을 찾을 수 없습니다.' },
  'story.private': { status: 403, en: 'This story (작품) is private.', ko: '비공개 작품입니다.' },
  'story.not_yours': { status: 403, en: 'This story is not yours.', ko: '이 작품에 대한 권한이 없습니다.' },
  'story.only_visibility': {
    status: 403,
    en: 'Administrators change only whether the story of somebody else is public.',
    ko: '관리자는 다른 사람의 작품에서 공개 여부만 변경할 수 있습니다.',
  },
  'story.bad_cover_url': {
    status: 422,
    en: 'A cover must be an https address or an upload of this site.',
    ko: '표지는 https 주소이거나 이 사이트에 업로드한 파일이어야 합니다.',
  },
  'story.already_liked': { status: 400, en: 'You like this story already.', ko: '이미 좋아요를 누른 작품입니다.' },
  'story.not_liked': { status: 400, en: 'You do not like this story yet.', ko: '좋아요를 누르지 않은 작품입니다.' },
  'story.announcement_blank': { status: 400, en: 'An announcement needs a text.', ko: '공지 내용을 입력해 주세요.' },
  'story.announcement_not_found': {
    status: 404,
    en: 'There is no such announcement.',
    ko: '공지를 찾을 수 없습니다.',
  },
  'story.too_many_announcements': {
    status: 409,
    en: 'A story has at most {max} announcements. Delete one first.',
    ko: '공지는 작품마다 최대 {max}개입니다. 먼저 하나를 삭제해 주세요.',
  },
  'generation.nothing_to_write': {
    status: 422,
    en: 'Give a prompt or at least one keyword.',
    ko: '프롬프트나 키워드를 하나 이상 입력해 주세요.',
  },
  'generation.too_many': {
    status: 429,
    en: 'You already have {running} stories being written. Wait for one to end.',
    ko: '이미 {running}개의 이야기를 쓰고 있습니다. 하나가 끝난 뒤 다시 시도해 주세요.',
  },
  'generation.failed': {
    status: 503,
    en: 'The story could not be written. {problem}',
    ko: '이야기를 쓰지 못했습니다. {problem}',
  },
  'generation.cancelled': { status: 409, en: 'This story job was cancelled.', ko: '취소된 이야기 작업입니다.' },
  'generation.not_found': { status: 404, en: 'There is no such story job.', ko: '이야기 작업을 찾을 수 없습니다.' },
  'generation.already_ended': {
    status: 409,
    en: 'This story job has ended already.',
    ko: '이미 끝난 이야기 작업입니다.',
  },
} as const satisfies Record<string, ErrorEntry>;
