import { Elysia } from 'elysia';
import type { Ctx } from '../../context.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import { pressSandbox, type SandboxButton, showSandbox } from './sandbox.ts';
import { OrderParams, redirects } from './schema.ts';

const tag = 'dev';
const page = {
  responses: {
    200: { description: 'The page', content: { 'text/html': { schema: { type: 'string' as const } } } },
  },
};
const buttons: Record<SandboxButton, string> = {
  pay: 'Pay the order in the sandbox',
  fail: 'Let the payment fail in the sandbox',
  cancel: 'Cancel the order in the sandbox',
};

/** Only outside production: the embedded provider's checkout page. The order's id is what opens it. */
export function sandboxRoutes(ctx: Ctx) {
  const app = new Elysia({ prefix: '/dev/checkout', name: 'payment.sandbox' }).use(guard(ctx)).get(
    '/:orderId',
    async ({ params, client }) => {
      const { html, returnOrigin } = await showSandbox(ctx, params.orderId, client.language);
      return new Response(html, {
        headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': pagePolicy(returnOrigin) },
      });
    },
    {
      open: true,
      params: OrderParams,
      detail: doc(tag, 'The sandbox’s checkout page', ['payment.order_not_found'], page),
    },
  );
  for (const [button, summary] of Object.entries(buttons) as [SandboxButton, string][])
    app.post(
      `/:orderId/${button}`,
      async ({ params, client, redirect }) =>
        redirect(await pressSandbox(ctx, { orderId: params.orderId, button, language: client.language }), 303),
      {
        open: { body: 'raw' },
        params: OrderParams,
        detail: doc(tag, summary, ['payment.order_not_found'], redirects),
      },
    );
  return app;
}

/**
 * Browsers hold a form to this policy through its redirects too, so the origin that it ends at is named. The policy has
 * no word for an IPv6 address: there the scheme stands for it.
 */
function pagePolicy(returnOrigin: string): string {
  const end = returnOrigin.includes('[') ? new URL(returnOrigin).protocol : returnOrigin;
  return `default-src 'none'; style-src 'unsafe-inline'; form-action 'self' ${end}; base-uri 'none'; frame-ancestors 'none'`;
}
