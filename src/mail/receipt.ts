import type { Language } from '../lib/language.ts';
import { type MailContent, type MailParts, renderMail } from './layout.ts';
import { greeting } from './templates.ts';

type Receipt = {
  orderId: string;
  productName: string;
  /** In the currency's smallest unit. */
  amount: number;
  currency: string;
  points: number;
  paidAt: Date;
  /** The page that sells points. */
  link: string;
  name: string;
  language: Language;
};

const tags: Record<Language, string> = { en: 'en-US', ko: 'ko-KR' };

/** An amount of money as people write it; how many decimals a currency has is known to the runtime. */
function money(amount: number, currency: string, language: Language): string {
  const format = new Intl.NumberFormat(tags[language], { style: 'currency', currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 0));
}

function moment(at: Date, language: Language): string {
  const format = new Intl.DateTimeFormat(tags[language], {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'Asia/Seoul',
  });
  return `${format.format(at)} (KST)`;
}

/** What was bought, for how much, and when. */
export function receiptMail(receipt: Receipt): MailContent {
  const { orderId, productName, link, name, language } = receipt;
  const points = new Intl.NumberFormat(tags[language]).format(receipt.points);
  const paid = money(receipt.amount, receipt.currency, language);
  const at = moment(receipt.paidAt, language);
  const parts: Record<Language, MailParts> = {
    en: {
      subject: `Your Fabula receipt: ${points} points`,
      preview: `${paid} paid. Your points are there.`,
      title: 'Thank you for your purchase',
      paragraphs: [
        greeting(name, 'en'),
        `Your payment arrived, and ${points} points were added to your account.`,
        `Product: ${productName}`,
        `Paid: ${paid}`,
        `Date: ${at}`,
      ],
      button: 'See my points',
      link,
      notes: [`Order ${orderId}`, 'Please keep this mail: the order number helps us if there is ever a question.'],
    },
    ko: {
      subject: `Fabula 결제 영수증: ${points} 포인트`,
      preview: `${paid} 결제가 완료되어 포인트가 충전되었어요.`,
      title: '구매해 주셔서 감사합니다',
      paragraphs: [
        greeting(name, 'ko'),
        `결제가 확인되어 ${points} 포인트가 계정에 충전되었습니다.`,
        `상품: ${productName}`,
        `결제 금액: ${paid}`,
        `결제 일시: ${at}`,
      ],
      button: '내 포인트 보기',
      link,
      notes: [`주문 번호 ${orderId}`, '문의하실 때 주문 번호가 필요하니 이 메일을 보관해 주세요.'],
    },
  };
  return renderMail(parts[language], language);
}
