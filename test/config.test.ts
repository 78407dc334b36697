import { describe, expect, test } from 'bun:test';
import { ConfigError, loadConfig } from '../src/config.ts';

const stores = { DATABASE_URL: 'postgres://u:hunter2@127.0.0.1/x', REDIS_URL: 'redis://127.0.0.1', DATA_DIR: '/nonexistent/fabula' };
const production = {
  ...stores,
  NODE_ENV: 'production',
  JWT_SECRET_KEY: 'x'.repeat(40),
  RESEND_API_KEY: 're_123',
};

describe('configuration', () => {
  test('has a default for everything but the stores, and is frozen', () => {
    const config = loadConfig(stores);
    expect(config).toMatchObject({ port: 8000, mode: 'development', production: false, frontendBaseUrl: 'http://localhost:5173' });
    expect(config.auth.verificationRequired).toBe(true);
    expect(Object.isFrozen(config)).toBe(true);
  });

  test('reads numbers and switches from text; an empty variable is an absent one', () => {
    const config = loadConfig({ ...stores, PORT: '81', EMAIL_VERIFICATION_REQUIRED: 'false', RATE_LIMIT_SCALE: '0.5', LOG_LEVEL: '' });
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
  ])('production refuses %p', (change, message) => {
    expect(loadConfig(production).production).toBe(true);
    expect(() => loadConfig({ ...production, ...change })).toThrow(message);
  });
});
