/** The ways to pay that the front end may name (case, `-` and `_` do not matter), each with the name we show for it. */
const methods = {
  card: 'card',
  easy: 'easy',
  cardAndEasyPay: 'card',
  kakaopay: 'kakao_pay',
  naverpayCard: 'naver_pay',
  payco: 'payco',
  ssgpay: 'ssgpay',
  samsungpayCard: 'samsungpay',
  bank: 'bank',
  vbank: 'vbank',
} as const;

const plain = (name: string) => name.toLowerCase().replace(/[-_]/g, '');

const byPlainName = new Map(Object.entries(methods).map(([name, shown]) => [plain(name), { name, shown }]));

/** The named way to pay: `name` as a provider's script wants it, `shown` as the history has it. */
export function findMethod(given: string | null | undefined): { name: string; shown: string } | undefined {
  return byPlainName.get(plain(given || 'card'));
}
