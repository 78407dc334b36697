import type { ErrorEntry } from './entry.ts';

/** Errors of story play; those of rooms and turns in general are in `chat.ts`. */
export const origchatErrors = {
  'origchat.character_required': {
    status: 400,
    en: 'character_id is missing or is no id.',
    ko: 'character_id가 없거나 올바르지 않습니다.',
  },
  'origchat.room_required': {
    status: 400,
    en: 'room_id is missing or is no id.',
    ko: 'room_id가 없거나 올바르지 않습니다.',
  },
  'origchat.no_story': {
    status: 400,
    en: 'This character does not come from a story, so there is none to play.',
    ko: '원작이 없는 캐릭터와는 원작 채팅을 시작할 수 없습니다.',
  },
  'origchat.wrong_story': {
    status: 400,
    en: 'This character does not come from that story.',
    ko: '해당 원작의 캐릭터가 아닙니다.',
  },
  'origchat.choice_stale': {
    status: 409,
    en: 'This choice is not on offer any more.',
    ko: '더 이상 고를 수 없는 선택지입니다.',
  },
} as const satisfies Record<string, ErrorEntry>;
