import type { ErrorEntry } from './entry.ts';

/** Errors of characters, their comments and tags. The front end knows the first text by its Korean words. */
export const characterErrors = {
  'character.not_found': {
    status: 404,
    en: 'There is no such character (캐릭터를 찾을 수 없습니다).',
    ko: '캐릭터를 찾을 수 없습니다.',
  },
  'character.private': { status: 403, en: 'This character is private.', ko: '비공개 캐릭터입니다.' },
  'character.not_yours': { status: 403, en: 'This character is not yours.', ko: '이 캐릭터에 대한 권한이 없습니다.' },
  'character.already_liked': {
    status: 400,
    en: 'You like this character already.',
    ko: '이미 좋아요를 누른 캐릭터입니다.',
  },
  'character.not_liked': {
    status: 400,
    en: 'You do not like this character yet.',
    ko: '좋아요를 누르지 않은 캐릭터입니다.',
  },
  'character.settings_not_found': {
    status: 404,
    en: 'This character has no settings.',
    ko: '캐릭터 설정을 찾을 수 없습니다.',
  },
  'character.not_built': {
    status: 501,
    en: 'Separate world settings and custom modules are not built: use the world text and the setting book of the character.',
    ko: '별도의 세계관 설정과 커스텀 모듈은 제공하지 않습니다. 캐릭터의 세계관과 설정집을 사용해 주세요.',
  },
  'comment.not_found': { status: 404, en: 'There is no such comment.', ko: '댓글을 찾을 수 없습니다.' },
  'comment.not_yours': { status: 403, en: 'This comment is not yours.', ko: '이 댓글에 대한 권한이 없습니다.' },
  'tag.not_found': { status: 404, en: 'There is no such tag.', ko: '태그를 찾을 수 없습니다.' },
  'tag.bad_id': { status: 400, en: 'This is not the id of a tag.', ko: '올바른 태그 ID가 아닙니다.' },
  'tag.slug_taken': { status: 400, en: 'There is a tag with this slug already.', ko: '이미 존재하는 태그입니다.' },
  'tag.reserved': {
    status: 400,
    en: 'Slugs that begin with "cover:" are reserved.',
    ko: 'cover:로 시작하는 태그는 사용할 수 없습니다.',
  },
  'tag.default': { status: 400, en: 'Default tags cannot be deleted.', ko: '기본 태그는 삭제할 수 없습니다.' },
  'tag.in_use': {
    status: 400,
    en: 'This tag is in use: {characters} characters, {stories} stories.',
    ko: '사용 중인 태그입니다: 캐릭터 {characters}개, 작품 {stories}개.',
  },
} as const satisfies Record<string, ErrorEntry>;
