import type { ErrorEntry } from './entry.ts';

/** Errors of the edge: any route can answer with them. */
export const httpErrors = {
  'http.malformed_json': {
    status: 400,
    en: 'The request body is not valid JSON.',
    ko: '요청 본문이 올바른 JSON이 아닙니다.',
  },
  'http.not_found': { status: 404, en: 'There is no such route.', ko: '존재하지 않는 경로입니다.' },
  'http.method_not_allowed': {
    status: 405,
    en: 'This route does not support that method.',
    ko: '이 경로에서는 지원하지 않는 메서드입니다.',
  },
  'http.changed_meanwhile': {
    status: 412,
    en: 'This was changed by somebody else meanwhile. Load it again before you save.',
    ko: '그사이 다른 곳에서 수정되었습니다. 다시 불러온 뒤 저장해 주세요.',
  },
  'http.body_too_large': {
    status: 413,
    en: 'The request body is larger than {limit} bytes.',
    ko: '요청 본문이 {limit}바이트를 넘습니다.',
  },
  'http.unsupported_media_type': {
    status: 415,
    en: 'This route accepts {accepted}.',
    ko: '이 경로는 {accepted} 형식만 받습니다.',
  },
  'http.invalid': { status: 422, en: 'The request is not valid: {problem}', ko: '요청이 올바르지 않습니다: {problem}' },
  'http.rate_limited': {
    status: 429,
    en: 'Too many requests. Try again in {seconds} s.',
    ko: '요청이 너무 많습니다. {seconds}초 후에 다시 시도해 주세요.',
  },
  // For the log: whoever it was for does not hear it (nginx's number for that).
  'http.client_gone': { status: 499, en: 'The client left.', ko: '클라이언트가 연결을 끊었습니다.' },
  'http.internal': {
    status: 500,
    en: 'Something went wrong on our side. Please mention the request id if you write to us.',
    ko: '서버에서 문제가 발생했습니다. 문의하실 때 요청 번호를 알려 주세요.',
  },
  'http.unavailable': {
    status: 503,
    en: 'The service is not available at the moment. Please try again shortly.',
    ko: '지금은 서비스를 이용할 수 없습니다. 잠시 후 다시 시도해 주세요.',
  },
  'http.timeout': {
    status: 504,
    en: 'The request took longer than {seconds} s and was given up.',
    ko: '요청이 {seconds}초를 넘겨 중단되었습니다.',
  },
  'http.idempotency_mismatch': {
    status: 422,
    en: 'This idempotency key was already used with another request.',
    ko: '이미 다른 요청에 사용된 멱등 키입니다.',
  },
  'http.idempotency_in_flight': {
    status: 409,
    en: 'already in progress: a request with this idempotency key is still running.',
    ko: 'already in progress: 같은 멱등 키의 요청이 아직 처리 중입니다.',
  },
} as const satisfies Record<string, ErrorEntry>;
