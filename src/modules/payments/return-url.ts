import type { Config } from '../../config.ts';

type Frontend = Pick<Config, 'frontendBaseUrl' | 'production'>;

const DEFAULT_PATH = '/ruby/charge';
const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]'];
/** Browsers read a backslash as a slash and drop tabs and line breaks, so that such an address is not what it seems. */
const MISLEADING = /[\\\p{Cc}\p{Zs}\p{Zl}\p{Zp}]/u;

/**
 * Where a buyer is sent back to: a path of the front end, or an address of its origin; in development also any port of
 * this machine. Undefined for every other address (open redirect). The fragment is dropped.
 */
export function resolveReturnUrl(
  { frontendBaseUrl, production }: Frontend,
  given: string | null | undefined,
): string | undefined {
  const wanted = given || DEFAULT_PATH;
  if (MISLEADING.test(wanted)) return undefined;
  const relative = wanted.startsWith('/');
  if (wanted.startsWith('//') || (!relative && !/^https?:\/\//i.test(wanted))) return undefined;
  const address = relative ? frontendBaseUrl + wanted : wanted;
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return undefined;
  const ours = url.origin === new URL(frontendBaseUrl).origin;
  if (!ours && (production || !LOCAL_HOSTS.includes(url.hostname))) return undefined;
  url.hash = '';
  return url.href;
}

/** How it went, as the page that the buyer comes back to reads it. */
export type PaymentResult = { result: 'success' | 'pending' | 'failed'; orderId: string; message: string };

/** The return address with the result in its query. */
export function withResult(returnUrl: string, { result, orderId, message }: PaymentResult): string {
  const url = new URL(returnUrl);
  url.searchParams.set('payment_result', result);
  url.searchParams.set('payment_order_id', orderId);
  url.searchParams.set('payment_message', message);
  return url.href;
}
