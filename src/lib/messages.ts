import type { Language } from './language.ts';

/** Sentences of successful answers. Errors have theirs in the catalogue. */
const messages = {
  'auth.logged_out': { en: 'You are logged out.', ko: '로그아웃되었습니다.' },
  'auth.password_changed': {
    en: 'The password was changed. Please log in again.',
    ko: '비밀번호가 변경되었습니다. 다시 로그인해 주세요.',
  },
  'auth.reset_mail_sent': {
    en: 'If there is an account with this address, a mail is on its way to it.',
    ko: '이 주소로 가입된 계정이 있다면 메일을 보내 드립니다.',
  },
  'auth.email_verified': { en: 'The e-mail address is verified.', ko: '이메일 인증이 완료되었습니다.' },
  'auth.verification_mail_sent': { en: 'A verification mail is on its way.', ko: '인증 메일을 보내 드립니다.' },
  'points.used': { en: 'The rubies were used.', ko: '루비를 사용했습니다.' },
  'points.short': { en: 'You do not have enough rubies.', ko: '루비가 부족합니다.' },
  'points.checked_in': {
    en: 'You are checked in. Come back tomorrow!',
    ko: '출석 체크를 완료했습니다. 내일 또 만나요!',
  },
  'memory_note.deleted': { en: 'The note was deleted.', ko: '기억 노트가 삭제되었습니다.' },
  'character.liked': { en: 'You like this character.', ko: '좋아요를 눌렀습니다.' },
  'user.model_settings_saved': { en: 'Your model settings are saved.', ko: '모델 설정을 저장했습니다.' },
  'character.unliked': { en: 'You no longer like this character.', ko: '좋아요를 취소했습니다.' },
  'story.liked': { en: 'You like this story.', ko: '좋아요를 눌렀습니다.' },
  'story.unliked': { en: 'You no longer like this story.', ko: '좋아요를 취소했습니다.' },
  'story.deleted': { en: 'The story was deleted.', ko: '작품이 삭제되었습니다.' },
  'chat.messages_deleted': { en: 'The messages were deleted.', ko: '메시지가 삭제되었습니다.' },
  'chat.room_deleted': { en: 'The room was deleted.', ko: '채팅방이 삭제되었습니다.' },
} as const satisfies Record<string, Record<Language, string>>;

/** The `{message}` body of an answer. */
export function say(key: keyof typeof messages, language: Language): { message: string } {
  return { message: messages[key][language] };
}
