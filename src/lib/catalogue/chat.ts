import type { ErrorEntry } from './entry.ts';

/**
 * Errors of rooms and turns. The existing front end looks for some words in the text (`already in progress`,
 * `InsufficientRuby`, `삭제된 작품`, `채팅방을 찾을 수 없습니다`, `작품`), so these stand in both languages.
 */
export const chatErrors = {
  'chat.room_not_found': {
    status: 404,
    en: 'There is no such room (채팅방을 찾을 수 없습니다).',
    ko: '채팅방을 찾을 수 없습니다.',
  },
  'chat.not_your_room': { status: 403, en: 'This room is not yours.', ko: '이 채팅방에 접근할 권한이 없습니다.' },
  'chat.wrong_character': {
    status: 403,
    en: 'This room belongs to another character.',
    ko: '이 채팅방은 다른 캐릭터의 채팅방입니다.',
  },
  'chat.story_gone': {
    status: 410,
    en: 'The work this character comes from was deleted (삭제된 작품).',
    ko: '삭제된 작품입니다.',
  },
  'chat.story_private': {
    status: 403,
    en: 'The work this character comes from is private (비공개 작품).',
    ko: '비공개 작품입니다.',
  },
  'chat.wrong_room_kind': {
    status: 409,
    en: 'This room is of the other kind of chat.',
    ko: '다른 종류의 채팅방입니다.',
  },
  'chat.turn_in_progress': {
    status: 409,
    en: 'already in progress: an answer is being written in this room.',
    ko: 'already in progress: 이 채팅방에서 아직 답변을 작성하고 있습니다.',
  },
  'chat.insufficient_points': {
    status: 402,
    en: 'InsufficientRuby: this answer costs {price} rubies, and you have {balance}.',
    ko: 'InsufficientRuby: 이 답변에는 루비 {price}개가 필요합니다. 현재 {balance}개가 있습니다.',
  },
  'chat.nothing_to_continue': {
    status: 409,
    en: 'There is no reply yet that could be continued.',
    ko: '이어서 쓸 답변이 아직 없습니다.',
  },
  'chat.message_not_found': { status: 404, en: 'There is no such message.', ko: '메시지를 찾을 수 없습니다.' },
  'chat.not_a_reply': {
    status: 400,
    en: 'Only messages of the AI can be changed.',
    ko: 'AI가 보낸 메시지만 수정할 수 있습니다.',
  },
  'chat.not_last_reply': {
    status: 409,
    en: 'Only the last reply of a room can be played again.',
    ko: '마지막 답변만 다시 받을 수 있습니다.',
  },
  'chat.too_many_versions': {
    status: 409,
    en: 'A message can have at most {max} versions.',
    ko: '메시지의 버전은 최대 {max}개까지 만들 수 있습니다.',
  },
  'chat.version_not_found': { status: 404, en: 'There is no such version.', ko: '해당 버전을 찾을 수 없습니다.' },
  'chat.no_context': {
    status: 404,
    en: 'This message was not written by a turn, or its report is gone.',
    ko: '이 메시지에는 프롬프트 기록이 없습니다.',
  },
  'chat.no_turn': { status: 404, en: 'There is no turn in this room yet.', ko: '아직 진행된 대화가 없습니다.' },
  'chat.stopped': {
    status: 409,
    en: 'The answer was stopped before it began.',
    ko: '답변이 시작되기 전에 중지되었습니다.',
  },
  'chat.interrupted': {
    status: 503,
    en: 'AiUnavailable: the answer was interrupted. Please send your message again.',
    ko: 'AiUnavailable: 답변이 중단되었습니다. 메시지를 다시 보내 주세요.',
  },
} as const satisfies Record<string, ErrorEntry>;
