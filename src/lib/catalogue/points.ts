import type { ErrorEntry } from './entry.ts';

/** Errors of points. */
export const pointErrors = {
  'points.already_checked_in': {
    status: 409,
    en: 'You have already checked in today.',
    ko: '오늘은 이미 출석 체크를 했습니다.',
  },
  'points.backlog': {
    status: 503,
    en: 'Rubies cannot be spent at the moment: earlier uses are still being written down. Please try again shortly.',
    ko: '이전 루비 사용 내역을 기록하는 중이라 지금은 사용할 수 없습니다. 잠시 후 다시 시도해 주세요.',
  },
  'points.unsettled': {
    status: 503,
    en: 'It is not certain yet whether the rubies were spent. Repeat the request with the same Idempotency-Key.',
    ko: '루비가 사용되었는지 아직 확인되지 않았습니다. 같은 Idempotency-Key로 다시 요청해 주세요.',
  },
} as const satisfies Record<string, ErrorEntry>;
