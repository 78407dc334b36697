import type { Config } from '../../../config.ts';
import type { Ctx } from '../../../context.ts';
import { fail } from '../../../lib/errors.ts';
import { genericGateway, sandboxGateway } from './hosted.ts';
import type { Gateway, Notice, ProviderName, RawNotice } from './provider.ts';
import { readStandardNotice } from './standard-webhooks.ts';
import { openStripe } from './stripe.ts';

type Providers = {
  /** Where new orders go. */
  current: Gateway;
  /** Where an order went; undefined when that provider is not set up any more. */
  of(name: ProviderName): Gateway | undefined;
  /**
   * Reads a notice of whichever provider signed it; undefined for an authentic one that is none of ours. Throws
   * `payment.bad_signature` (401) and what the body is refused for (400, 422).
   */
  readNotice(raw: RawNotice, now: Date): Promise<Notice | undefined>;
};

const opened = new WeakMap<Config, Providers>();

/** The payment providers of an installation; opened once, without any I/O. */
export function providersOf(ctx: Ctx): Providers {
  const known = opened.get(ctx.config) ?? open(ctx.config);
  opened.set(ctx.config, known);
  return known;
}

function open({ payment, publicBaseUrl, production }: Config): Providers {
  const stripe = payment.stripe.secretKey === '' ? undefined : openStripe(payment.stripe);
  const gateways: Record<ProviderName, Gateway | undefined> = {
    generic: genericGateway(payment.checkoutUrl),
    sandbox: production ? undefined : sandboxGateway(publicBaseUrl),
    stripe: stripe?.gateway,
  };
  const current = gateways[payment.provider];
  return {
    current: current ?? genericGateway(''),
    of: (name) => gateways[name],
    async readNotice(raw, now) {
      if (!raw.headers.has('stripe-signature')) return readStandardNotice(raw, payment.webhookSecrets, now);
      if (!stripe) throw fail('payment.bad_signature');
      return stripe.readNotice(raw, now);
    },
  };
}
