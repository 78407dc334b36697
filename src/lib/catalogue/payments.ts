import type { ErrorEntry } from './entry.ts';

/** Errors of buying points. */
export const paymentErrors = {
  'payment.product_not_found': { status: 404, en: 'This product is not for sale.', ko: '판매 중인 상품이 아닙니다.' },
  'payment.unknown_method': {
    status: 400,
    en: 'This payment method is not known.',
    ko: '지원하지 않는 결제 수단입니다.',
  },
  'payment.return_url_refused': {
    status: 422,
    en: 'return_url must be an address of this service’s own pages.',
    ko: 'return_url은 이 서비스의 페이지 주소여야 합니다.',
  },
  'payment.not_configured': {
    status: 503,
    en: 'Payment is not set up on this server.',
    ko: '이 서버에는 결제가 설정되어 있지 않습니다.',
  },
  'payment.provider_unavailable': {
    status: 503,
    en: 'The payment provider does not answer. Nothing was charged; please try again shortly.',
    ko: '결제 서비스가 응답하지 않습니다. 결제된 금액은 없으니 잠시 후 다시 시도해 주세요.',
  },
  'payment.bad_signature': {
    status: 401,
    en: 'The signature of this notice is missing, wrong or too old.',
    ko: '알림의 서명이 없거나 올바르지 않거나 너무 오래되었습니다.',
  },
  'payment.order_not_found': { status: 404, en: 'There is no such order.', ko: '주문을 찾을 수 없습니다.' },
  'payment.unknown_status': {
    status: 422,
    en: 'The status of this notice is not known; nothing was changed.',
    ko: '알 수 없는 결제 상태이므로 아무것도 변경하지 않았습니다.',
  },
  'payment.amount_mismatch': {
    status: 422,
    en: 'Amount or currency are not those of the order; the notice was kept, the order was not changed.',
    ko: '금액이나 통화가 주문과 달라 알림만 보관하고 주문은 변경하지 않았습니다.',
  },
  'payment.not_found': { status: 404, en: 'There is no such payment.', ko: '결제 내역을 찾을 수 없습니다.' },
} as const satisfies Record<string, ErrorEntry>;
