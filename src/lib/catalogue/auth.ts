import type { ErrorEntry } from './entry.ts';

/**
 * Errors of sign-up, login and sessions. The existing front end looks for Korean substrings in some of them
 * (`토큰`, `이미 인증된`), so these stand in brackets in the English text too.
 */
export const authErrors = {
  'auth.not_authenticated': { status: 401, en: 'Not authenticated', ko: 'Not authenticated (로그인이 필요합니다)' },
  'auth.forbidden': { status: 403, en: 'You may not do this.', ko: '권한이 없습니다.' },
  'auth.not_oneself': {
    status: 409,
    en: 'Nobody can switch off his own account.',
    ko: '자기 계정은 비활성화할 수 없습니다.',
  },
  'auth.email_taken': {
    status: 400,
    en: 'This e-mail address is already registered.',
    ko: '이미 등록된 이메일입니다.',
  },
  'auth.username_taken': { status: 400, en: 'This username is already in use.', ko: '이미 사용 중인 사용자명입니다.' },
  'auth.weak_password': {
    status: 422,
    en: 'The password must have 8 to 100 characters, among them a letter and a digit.',
    ko: '비밀번호는 영문자와 숫자를 포함해 8자 이상 100자 이하여야 합니다.',
  },
  'auth.wrong_credentials': {
    status: 401,
    en: 'The e-mail address or the password is wrong.',
    ko: '이메일 또는 비밀번호가 올바르지 않습니다.',
  },
  'auth.deactivated': { status: 400, en: 'This account is deactivated.', ko: '비활성화된 계정입니다.' },
  'auth.unverified': {
    status: 403,
    en: 'Please verify your e-mail address first (이메일 인증).',
    ko: '이메일 인증이 필요합니다.',
  },
  'auth.invalid_refresh_token': {
    status: 401,
    en: 'The refresh token is not valid any more.',
    ko: '리프레시 토큰이 더 이상 유효하지 않습니다.',
  },
  'auth.invalid_verification_token': {
    status: 400,
    en: 'The verification token is invalid or has expired (토큰).',
    ko: '인증 토큰이 올바르지 않거나 만료되었습니다.',
  },
  'auth.already_verified': {
    status: 400,
    en: 'This e-mail address is verified already (이미 인증된).',
    ko: '이미 인증된 이메일입니다.',
  },
  'auth.wrong_current_password': {
    status: 400,
    en: 'The current password is wrong.',
    ko: '현재 비밀번호가 올바르지 않습니다.',
  },
  'auth.reset_fields_missing': {
    status: 400,
    en: 'Both the token (토큰) and the new password are needed.',
    ko: '토큰과 새 비밀번호를 모두 입력해 주세요.',
  },
  'auth.password_length': {
    status: 400,
    en: 'The password must have {min} to {max} characters.',
    ko: '비밀번호는 {min}자 이상 {max}자 이하여야 합니다.',
  },
  'auth.password_mix': {
    status: 400,
    en: 'The password must contain a letter and a digit.',
    ko: '비밀번호에는 영문자와 숫자가 모두 들어가야 합니다.',
  },
  'auth.invalid_reset_token': {
    status: 400,
    en: 'The reset token (토큰) is invalid or has expired.',
    ko: '재설정 토큰이 올바르지 않거나 만료되었습니다.',
  },
  'auth.user_not_found': { status: 404, en: 'There is no such user.', ko: '사용자를 찾을 수 없습니다.' },
  'auth.session_not_found': { status: 404, en: 'There is no such session.', ko: '세션을 찾을 수 없습니다.' },
} as const satisfies Record<string, ErrorEntry>;
