import type { ErrorEntry } from './entry.ts';

/** Errors of personas and of the notes that characters remember. */
export const personaErrors = {
  'persona.not_found': { status: 404, en: 'There is no such persona.', ko: '페르소나를 찾을 수 없습니다.' },
  'persona.none_active': { status: 404, en: 'No persona is active.', ko: '활성화된 페르소나가 없습니다.' },
  'persona.too_many': {
    status: 409,
    en: 'You have {max} personas already. Delete one first.',
    ko: '페르소나는 최대 {max}개까지 만들 수 있습니다. 먼저 하나를 삭제해 주세요.',
  },
  'memory_note.not_found': { status: 404, en: 'There is no such memory note.', ko: '기억 노트를 찾을 수 없습니다.' },
  'memory_note.too_long': {
    status: 400,
    en: 'A memory note may have at most {max} characters.',
    ko: '기억 노트는 최대 {max}자까지 쓸 수 있습니다.',
  },
  'memory_note.too_many': {
    status: 409,
    en: 'This character has {max} memory notes of yours already. Delete one first.',
    ko: '이 캐릭터의 기억 노트는 최대 {max}개까지 만들 수 있습니다. 먼저 하나를 삭제해 주세요.',
  },
} as const satisfies Record<string, ErrorEntry>;
