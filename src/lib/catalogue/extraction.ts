import type { ErrorEntry } from './entry.ts';

/** Errors of searching a story for its persons. Those of a job are shown as its `error_message`, too. */
export const extractionErrors = {
  'extraction.job_not_found': { status: 404, en: 'There is no such search.', ko: '인물 추출 작업을 찾을 수 없습니다.' },
  'extraction.person_not_found': {
    status: 404,
    en: 'There is no such person in this story.',
    ko: '이 작품에 그런 인물이 없습니다.',
  },
  'extraction.nobody_found': {
    status: 503,
    en: 'Nobody was found in this story. Write more of it and try again.',
    ko: '작품에서 인물을 찾지 못했습니다. 내용을 더 쓴 뒤 다시 시도해 주세요.',
  },
  'extraction.failed': {
    status: 503,
    en: 'The story could not be searched: the AI did not answer. Please try again.',
    ko: 'AI가 응답하지 않아 인물을 추출하지 못했습니다. 다시 시도해 주세요.',
  },
  'extraction.broken': {
    status: 503,
    en: 'The search broke off unexpectedly. Please try again.',
    ko: '인물 추출이 예기치 않게 중단되었습니다. 다시 시도해 주세요.',
  },
  'extraction.abandoned': {
    status: 503,
    en: 'The search stopped and was given up. Please try again.',
    ko: '인물 추출 작업이 멈추어 종료되었습니다. 다시 시도해 주세요.',
  },
  'extraction.cancelled': { status: 409, en: 'The search was cancelled.', ko: '인물 추출이 취소되었습니다.' },
  'extraction.no_worker': {
    status: 503,
    en: 'Nobody is there to do the work. The search begins as soon as a worker is.',
    ko: '작업을 처리할 서버가 없습니다. 서버가 준비되면 인물 추출을 시작합니다.',
  },
  'extraction.still_running': {
    status: 504,
    en: 'The search takes longer and goes on: ask for job {job_id}.',
    ko: '인물 추출이 오래 걸려 계속 진행 중입니다. 작업 {job_id}의 상태를 확인해 주세요.',
  },
} as const satisfies Record<string, ErrorEntry>;
