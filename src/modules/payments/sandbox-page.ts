import { escapeHtml } from '../../lib/html.ts';
import type { Language } from '../../lib/language.ts';
import type { PaymentRow } from './order-queries.ts';
import { SANDBOX_STYLE } from './sandbox-style.ts';

const words = {
  en: {
    title: 'Test checkout',
    badge: 'Test mode · no money moves',
    points: '{points} points',
    total: 'Total',
    order: 'Order',
    pay: 'Pay {amount}',
    fail: 'Let the payment fail',
    cancel: 'Cancel and go back',
    back: 'Back to the shop',
    note: 'Each button sends a signed notice to this server’s webhook, as a real provider would, and then takes you back.',
    success: 'This order is paid.',
    failed: 'The payment of this order failed.',
    cancelled: 'This order was cancelled.',
    pending: 'The time of this order is over.',
  },
  ko: {
    title: '테스트 결제',
    badge: '테스트 모드 · 실제로 결제되지 않아요',
    points: '{points} 포인트',
    total: '결제 금액',
    order: '주문 번호',
    pay: '{amount} 결제하기',
    fail: '결제 실패시키기',
    cancel: '취소하고 돌아가기',
    back: '충전 페이지로 돌아가기',
    note: '버튼을 누르면 실제 결제사처럼 서명된 알림을 이 서버의 웹훅으로 보낸 뒤 원래 페이지로 돌아갑니다.',
    success: '결제가 완료된 주문입니다.',
    failed: '결제에 실패한 주문입니다.',
    cancelled: '취소된 주문입니다.',
    pending: '결제 시간이 지난 주문입니다.',
  },
} as const satisfies Record<Language, Record<string, string>>;

type Page = {
  order: Pick<PaymentRow, 'orderId' | 'productName' | 'points' | 'amount' | 'currency' | 'status'>;
  /** Whether it can still be paid. */
  open: boolean;
  /** Where a closed order leads back to. */
  back: string;
  language: Language;
};

/** The sandbox's checkout page. It works without scripts and loads nothing. */
export function renderSandboxPage({ order, open, back, language }: Page): string {
  const text = words[language];
  const number = new Intl.NumberFormat(language === 'ko' ? 'ko-KR' : 'en-US');
  const amount = escapeHtml(`${number.format(order.amount)} ${order.currency}`);
  const path = `/dev/checkout/${encodeURIComponent(order.orderId)}`;
  const button = (name: string, label: string) =>
    `<form method="post" action="${path}/${name}"><button class="${name}">${label}</button></form>`;
  const actions = open
    ? [
        button('pay', text.pay.replace('{amount}', amount)),
        button('fail', text.fail),
        button('cancel', text.cancel),
      ].join('\n')
    : `<p class="state ${order.status}">${text[order.status]}</p>\n<a class="back" href="${escapeHtml(back)}">${text.back}</a>`;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${text.title} · Fabula</title>
<style>${SANDBOX_STYLE}</style>
</head>
<body>
<main>
<header><span class="brand">Fabula</span><span class="badge">${text.badge}</span></header>
<section>
<h1>${escapeHtml(order.productName)}</h1>
<p class="points">${text.points.replace('{points}', number.format(order.points))}</p>
<dl>
<div><dt>${text.total}</dt><dd class="amount">${amount}</dd></div>
<div><dt>${text.order}</dt><dd><code>${escapeHtml(order.orderId)}</code></dd></div>
</dl>
${actions}
</section>
${open ? `<p class="note">${text.note}</p>` : ''}
</main>
</body>
</html>
`;
}
