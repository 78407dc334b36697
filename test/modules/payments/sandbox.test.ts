import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { createApp } from '../../../src/app.ts';
import { createFetch, type Fetch } from '../../../src/fetch.ts';
import { routeTable } from '../../../src/http/route-table.ts';
import { order, sell, stateOf, type TestOrder, type TestProduct } from '../../harness/payments.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
let person: Person;
let product: TestProduct;
beforeAll(async () => {
  world = await createWorld();
  person = await signUp(world);
  product = await sell(world, { name: '<b>"Pro" & 프로</b>' });
});
afterAll(() => world.close());

const pathOf = ({ checkout_url }: TestOrder) => new URL(checkout_url).pathname;
const ko = { headers: { 'accept-language': 'ko' } };

describe('the page', () => {
  test('shows what is bought, escaped, with three buttons, loading nothing from anywhere', async () => {
    const mine = await order(world, person, product);
    const page = await world.client.get(pathOf(mine));
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self' http://localhost:5173;");
    expect(page.text).toContain('&lt;b&gt;&quot;Pro&quot; &amp; 프로&lt;/b&gt;');
    expect(page.text).not.toContain('<b>');
    expect(page.text).toContain('10,000 KRW');
    expect(page.text).not.toMatch(/<script|<img|<link|src=|url\(|https?:\/\//);
    const actions = [...page.text.matchAll(/<form method="post" action="([^"]+)">/g)].map((match) => match[1]);
    expect(actions).toEqual(['pay', 'fail', 'cancel'].map((name) => `${pathOf(mine)}/${name}`));
    expect((await world.client.get(pathOf(mine), ko)).text).toContain('<html lang="ko">');
  });

  test('of an order that is over has no buttons, only the way back; of an unknown one is 404', async () => {
    const mine = await order(world, person, product);
    await world.client.post(`${pathOf(mine)}/pay`);
    const page = await world.client.get(pathOf(mine));
    expect(page.text).not.toContain('<form');
    expect(page.text).toContain('http://localhost:5173/ruby/charge?payment_result=success&amp;payment_order_id=');
    for (const path of ['/dev/checkout/FAB_0', '/dev/checkout/%3Cscript%3E']) {
      expect((await world.client.get(path)).status).toBe(404);
      expect((await world.client.post(`${path}/pay`)).status).toBe(404);
    }
    expect((await world.client.post(`${pathOf(mine)}/steal`)).status).toBe(404);
  });
});

describe('the buttons, pressed by a script', () => {
  test.each([
    ['pay', 'success', 'success', 1],
    ['fail', 'failed', 'failed', 0],
    ['cancel', 'failed', 'cancelled', 0],
  ] as const)(
    '%s: a signed notice, then 303 to the page with payment_result=%s',
    async (button, result, status, credits) => {
      const answer = await world.client.post(
        '/payment/checkout',
        { product_id: product.id, return_url: '/ruby/charge?tab=2' },
        { token: person.token },
      );
      const mine: TestOrder = answer.body;
      const before = world.logs.length;
      const pressed = await world.client.post(`${pathOf(mine)}/${button}`, undefined, ko);
      expect(pressed.status).toBe(303);
      const back = new URL(pressed.headers.get('location') ?? '');
      expect(back.origin + back.pathname).toBe('http://localhost:5173/ruby/charge');
      expect(Object.fromEntries(back.searchParams)).toEqual({
        tab: '2',
        payment_result: result,
        payment_order_id: mine.order_id,
        payment_message: expect.stringMatching(/[가-힣]/),
      });
      expect(await stateOf(world, mine.order_id)).toMatchObject({ status, credits, receipts: credits });
      const calls = world.logs.slice(before).filter(({ path }) => path === '/payment/webhook');
      expect(calls).toEqual([expect.objectContaining({ status: 200 })]);
    },
  );

  test('pressed again and again, and another one after it: the first one counts', async () => {
    const mine = await order(world, person, product);
    const presses = ['pay', 'pay', 'cancel', 'fail', 'pay'];
    await world.client.post(`${pathOf(mine)}/pay`);
    const answers = await Promise.all(presses.map((button) => world.client.post(`${pathOf(mine)}/${button}`)));
    for (const answer of answers) expect(answer.headers.get('location')).toContain('payment_result=success');
    expect(await stateOf(world, mine.order_id)).toMatchObject({
      status: 'success',
      credits: 1,
      credited: 1_100,
      receipts: 1,
    });
  });

  test('after its hour an order cannot be paid on the page', async () => {
    const mine = await order(world, person, product);
    world.clock.advance(3_601);
    expect((await world.client.get(pathOf(mine))).text).not.toContain('<form');
    const pressed = await world.client.post(`${pathOf(mine)}/pay`);
    expect(pressed.headers.get('location')).toContain('payment_result=failed');
    expect((await stateOf(world, mine.order_id)).credits).toBe(0);
  });
});

test('over a real socket: the notice comes to PUBLIC_BASE_URL; when nothing answers there, this machine’s own port is tried', async () => {
  let handle: Fetch | undefined;
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request, self) => (handle as Fetch)(request, self),
  });
  const live = await createWorld({
    env: { PUBLIC_BASE_URL: 'http://127.0.0.1:1', PORT: String(server.port) },
    overrides: { fetch },
  });
  handle = createFetch(live.ctx);
  const mine = await order(live, await signUp(live), await sell(live));
  const pressed = await fetch(`http://127.0.0.1:${server.port}${pathOf(mine)}/pay`, {
    method: 'POST',
    redirect: 'manual',
  });
  expect(pressed.status).toBe(303);
  expect(pressed.headers.get('location')).toContain('payment_result=success');
  expect((await stateOf(live, mine.order_id)).credited).toBe(1_100);
  await server.stop(true);
  const other = await order(live, await signUp(live), await sell(live));
  const lost = await live.client.post(`${pathOf(other)}/pay`);
  expect(lost.headers.get('location')).toContain('payment_result=pending');
  expect((await stateOf(live, other.order_id)).status).toBe('pending');
  await live.close();
});

test('in production there is no sandbox', async () => {
  const ctx = { ...world.ctx, config: { ...world.ctx.config, production: true } };
  const paths = routeTable(createApp(ctx)).entries.map(({ path }) => path);
  expect(paths.filter((path) => path.startsWith('/dev'))).toEqual([]);
  expect(paths).toContain('/payment/webhook');
});
