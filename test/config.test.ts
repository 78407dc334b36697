import { describe, expect, test } from 'bun:test';
import { ConfigError, loadConfig } from '../src/config.ts';

const stores = {
  DATABASE_URL: 'postgres://u:hunter2@127.0.0.1/x',
  REDIS_URL: 'redis://127.0.0.1',
  DATA_DIR: '/nonexistent/fabula',
};
const production = {
  ...stores,
  NODE_ENV: 'production',
  JWT_SECRET_KEY: 'x'.repeat(40),
  RESEND_API_KEY: 're_123',
  PAYMENT_WEBHOOK_SECRET: `whsec_${btoa('payment secret of 24 byte')}`,
};

describe('configuration', () => {
  test('has a default for everything but the stores, and is frozen', () => {
    const config = loadConfig(stores);
    expect(config).toMatchObject({
      port: 8000,
      mode: 'development',
      production: false,
      frontendBaseUrl: 'http://localhost:5173',
    });
    expect(config.auth.verificationRequired).toBe(true);
    expect(Object.isFrozen(config)).toBe(true);
  });

  test('reads numbers and switches from text; an empty variable is an absent one', () => {
    const config = loadConfig({
      ...stores,
      PORT: '81',
      EMAIL_VERIFICATION_REQUIRED: 'false',
      RATE_LIMIT_SCALE: '0.5',
      LOG_LEVEL: '',
    });
    expect(config.port).toBe(81);
    expect(config.auth.verificationRequired).toBe(false);
    expect(config.rateLimitScale).toBe(0.5);
    expect<string>(config.logLevel).toBe('info');
  });

  test.each([
    [{ PORT: 'eighty' }, /PORT/],
    [{ PORT: '70000' }, /PORT/],
    [{ NODE_ENV: 'prod' }, /NODE_ENV/],
    [{ DATABASE_URL: 'mysql://u:hunter2@h/x' }, /DATABASE_URL must be/],
    [{ REDIS_URL: 'hunter2' }, /REDIS_URL must be/],
    [{ FRONTEND_BASE_URL: 'hunter2' }, /FRONTEND_BASE_URL must be/],
    [{ DATABASE_URL: '' }, /DATABASE_URL is not set/],
  ])('%p is refused by name, without its value', (change, message) => {
    let error: unknown;
    try {
      loadConfig({ ...stores, ...change });
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).toMatch(message);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('hunter2');
  });

  test.each([
    [{ JWT_SECRET_KEY: '' }, /JWT_SECRET_KEY/],
    [{ JWT_SECRET_KEY: 'short' }, /JWT_SECRET_KEY/],
    [{ RESEND_API_KEY: '' }, /RESEND_API_KEY/],
    [{ RATE_LIMIT_SCALE: '0' }, /RATE_LIMIT_SCALE/],
    [{ PAYMENT_WEBHOOK_SECRET: '' }, /PAYMENT_WEBHOOK_SECRET is missing/],
    [{ PAYMENT_WEBHOOK_SECRET: 'hunter2' }, /PAYMENT_WEBHOOK_SECRET must be whsec_/],
    [{ PAYMENT_WEBHOOK_SECRET: `whsec_${btoa('too short')}` }, /PAYMENT_WEBHOOK_SECRET must be the base64/],
    [{ PAYMENT_PROVIDER: 'sandbox' }, /PAYMENT_PROVIDER must not be sandbox/],
    [{ PAYMENT_PROVIDER: 'stripe' }, /STRIPE_SECRET_KEY is missing; STRIPE_WEBHOOK_SECRET is missing/],
    [{ STRIPE_SECRET_KEY: 'sk_live_x' }, /STRIPE_WEBHOOK_SECRET is missing/],
  ])('production refuses %p', (change, message) => {
    expect(loadConfig(production).production).toBe(true);
    expect(() => loadConfig({ ...production, ...change })).toThrow(message);
  });

  test('the payment provider: Stripe when it has a key, else the sandbox, which production does not have', () => {
    expect(loadConfig(stores).payment.provider).toBe('sandbox');
    expect(loadConfig({ ...stores, STRIPE_SECRET_KEY: 'sk_test_x' }).payment.provider).toBe('stripe');
    expect(
      loadConfig({ ...stores, STRIPE_SECRET_KEY: 'sk_test_x', PAYMENT_PROVIDER: 'sandbox' }).payment.provider,
    ).toBe('sandbox');
    expect(loadConfig(production).payment.provider).toBe('generic');
    const stripe = {
      STRIPE_SECRET_KEY: 'sk_live_x',
      STRIPE_WEBHOOK_SECRET: 'whsec_a, whsec_b',
      PAYMENT_WEBHOOK_SECRET: '',
    };
    expect(loadConfig({ ...production, ...stripe }).payment.stripe.webhookSecrets).toEqual(['whsec_a', 'whsec_b']);
  });

  test('a development machine signs notices with a secret of its own', () => {
    const of = (key: string) => loadConfig({ ...stores, JWT_SECRET_KEY: key }).payment.webhookSecrets;
    expect(of('a'.repeat(32))).toEqual([expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/)]);
    expect(of('a'.repeat(32))).not.toEqual(of('b'.repeat(32)));
  });
});
