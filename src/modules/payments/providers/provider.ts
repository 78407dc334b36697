export type ProviderName = 'sandbox' | 'stripe' | 'generic';

/** What a provider is told of an order. */
export type Order = {
  orderId: string;
  productName: string;
  amount: number;
  currency: string;
  createdAt: Date;
  expiresAt: Date;
  /** Where the buyer comes back to: our own address, which sends him on. */
  returnUrl: string;
  cancelUrl: string;
};

/** What a provider says of an order, once it is known to be the provider who says it. */
export type Notice = {
  provider: ProviderName;
  /** The provider's name for this notice; the same name with the same content is the same notice. */
  eventId: string;
  payloadHash: string;
  orderId: string;
  /** `waiting`: the buyer is done, the money is under way. */
  kind: 'success' | 'failed' | 'cancelled' | 'refund' | 'waiting';
  /** In the currency's smallest unit. Of a refund: what was given back. */
  amount: number;
  currency?: string;
  /** The provider's name for the payment itself. */
  paymentKey?: string;
  reason?: string;
  /** Refunds only: its name. `total` means that `amount` is the sum of all refunds so far, not this one alone. */
  refund?: { ref: string; total: boolean };
};

/** How an order stands at its provider. `open`: the buyer may still pay. `unknown`: this provider cannot be asked. */
export type Standing =
  | { kind: 'success' | 'failed' | 'cancelled' | 'waiting'; amount: number; currency?: string; paymentKey?: string }
  | { kind: 'open' | 'unknown' };

/** Where orders are paid. */
export type Gateway = {
  name: ProviderName;
  /**
   * Opens a checkout and tells its address. Asking again for the same order gives the same checkout. Throws
   * `payment.provider_unavailable` (503).
   */
  createCheckout(order: Order): Promise<{ checkoutUrl: string; providerRef?: string }>;
  /** How an order stands; rejects when the provider does not answer. */
  enquire(order: { orderId: string; providerRef: string | null }): Promise<Standing>;
  /** Makes sure that an open order cannot be paid any more; rejects when that is not certain. */
  close(order: { orderId: string; providerRef: string | null }): Promise<void>;
};

/** A notice as it came in; `text` is exactly what was signed. */
export type RawNotice = { headers: Headers; text: string };
