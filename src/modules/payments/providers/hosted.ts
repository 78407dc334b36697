import { fail } from '../../../lib/errors.ts';
import type { Gateway } from './provider.ts';

/** The embedded default: a page of ours where a person plays the buyer's bank. Not in production. */
export function sandboxGateway(publicBaseUrl: string): Gateway {
  return {
    name: 'sandbox',
    createCheckout: async ({ orderId }) => ({ checkoutUrl: `${publicBaseUrl}/dev/checkout/${orderId}` }),
    enquire: async () => ({ kind: 'unknown' }),
    close: async () => undefined,
  };
}

/**
 * Any gateway that has a page of its own and reports by signed notices. The page is told the order in its query; what it
 * makes the buyer pay is checked when it reports. Without an address nothing can be bought.
 */
export function genericGateway(checkoutUrl: string): Gateway {
  return {
    name: 'generic',
    createCheckout: async (order) => {
      if (checkoutUrl === '') throw fail('payment.not_configured');
      const url = new URL(checkoutUrl);
      url.searchParams.set('order_id', order.orderId);
      url.searchParams.set('amount', String(order.amount));
      url.searchParams.set('currency', order.currency);
      url.searchParams.set('name', order.productName);
      url.searchParams.set('return_url', order.returnUrl);
      url.searchParams.set('cancel_url', order.cancelUrl);
      return { checkoutUrl: url.href };
    },
    enquire: async () => ({ kind: 'unknown' }),
    close: async () => undefined,
  };
}
