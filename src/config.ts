import { createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import { LOG_LEVELS } from './lib/log.ts';

const text = (fallback: string) => Type.String({ default: fallback, maxLength: 4_000 });
const int = (fallback: number, minimum: number, maximum: number) =>
  Type.Integer({ default: fallback, minimum, maximum });
const flag = (fallback: boolean) => Type.Boolean({ default: fallback });

/** Empty: Stripe when it has a key, else the sandbox; in production, where there is no sandbox, `generic`. */
const PAYMENT_PROVIDERS = ['', 'sandbox', 'stripe', 'generic'] as const;

/** Every environment variable the system reads. README's table is checked against these names. */
export const Env = Type.Object({
  NODE_ENV: Type.Union([Type.Literal('development'), Type.Literal('test'), Type.Literal('production')], {
    default: 'development',
  }),
  HOST: text('127.0.0.1'),
  PORT: int(8000, 0, 65_535),
  DATA_DIR: text('.data'),
  DATABASE_URL: text(''),
  REDIS_URL: text(''),
  LOG_LEVEL: Type.Union(
    LOG_LEVELS.map((level) => Type.Literal(level)),
    { default: 'info' },
  ),
  JWT_SECRET_KEY: text(''),
  JWT_ACCESS_TOKEN_EXPIRE_MINUTES: int(30, 1, 1_440),
  EMAIL_VERIFICATION_REQUIRED: flag(true),
  FRONTEND_BASE_URL: text('http://localhost:5173'),
  PUBLIC_BASE_URL: text(''),
  CORS_ORIGINS: text(''),
  TRUSTED_PROXIES: text(''),
  RATE_LIMIT_SCALE: Type.Number({ default: 1, minimum: 0, maximum: 1_000_000 }),
  RESEND_API_KEY: text(''),
  RESEND_BASE_URL: text('https://api.resend.com'),
  EMAIL_FROM_ADDRESS: text('no-reply@fabula.example'),
  EMAIL_FROM_NAME: text('Fabula'),
  PAYMENT_PROVIDER: Type.Union(
    PAYMENT_PROVIDERS.map((provider) => Type.Literal(provider)),
    { default: '' },
  ),
  PAYMENT_WEBHOOK_SECRET: text(''),
  PAYMENT_CHECKOUT_URL: text(''),
  STRIPE_SECRET_KEY: text(''),
  STRIPE_WEBHOOK_SECRET: text(''),
  STRIPE_API_BASE: text('https://api.stripe.com'),
  LLM_BASE_URL: text(''),
  LLM_API_KEY: text(''),
  LLM_MODEL: text(''),
  LLM_FALLBACK_MODEL: text(''),
  LLM_MODELS: text('[]'),
  OFFLINE_LLM_CHARS_PER_SECOND: int(0, 0, 1_000_000),
  GENERATION_CONCURRENCY: int(2, 1, 100),
  ONLINE_PRESENCE_ENABLED: flag(true),
  ONLINE_PRESENCE_TTL_SEC: int(60, 10, 600),
  METRICS_TOKEN: text(''),
  POINTS_SHARDS: int(1, 1, 64),
  POINTS_ACK: Type.Union([Type.Literal('journaled'), Type.Literal('committed')], { default: 'journaled' }),
  WORKER_CONCURRENCY: int(4, 1, 64),
  DATABASE_POOL_SIZE: int(10, 2, 200),
});

const compiledEnv = Compile(Env);

/** Secrets of a development machine. Production refuses them. */
const DEVELOPMENT_JWT_SECRET = 'development-only-secret-please-change-me';
const MIN_SECRET_CHARS = 32;
/** Bytes of a webhook secret, as Standard Webhooks asks. */
const MIN_WEBHOOK_SECRET_BYTES = 24;
const WEBHOOK_SECRET = /^whsec_(?=.)(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** A setting that stops the start; its message names the variable and never its value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads the environment once and freezes it. Throws a `ConfigError` that names each bad variable. */
export function loadConfig(source: Record<string, string | undefined> = process.env) {
  const env = parseEnv(source);
  const production = env.NODE_ENV === 'production';
  const dataDir = resolve(env.DATA_DIR);
  const running = runningServices(dataDir);
  const config = {
    mode: env.NODE_ENV,
    production,
    host: env.HOST,
    port: env.PORT,
    dataDir,
    databaseUrl: serviceUrl('DATABASE_URL', env.DATABASE_URL || running?.databaseUrl, ['postgres:', 'postgresql:']),
    databasePoolSize: env.DATABASE_POOL_SIZE,
    redisUrl: serviceUrl('REDIS_URL', env.REDIS_URL || running?.redisUrl, ['redis:', 'rediss:']),
    logLevel: env.LOG_LEVEL,
    frontendBaseUrl: origin('FRONTEND_BASE_URL', env.FRONTEND_BASE_URL),
    publicBaseUrl: origin('PUBLIC_BASE_URL', env.PUBLIC_BASE_URL || `http://localhost:${env.PORT}`),
    corsOrigins: list(env.CORS_ORIGINS).map((entry) => origin('CORS_ORIGINS', entry)),
    trustedProxies: list(env.TRUSTED_PROXIES),
    rateLimitScale: env.RATE_LIMIT_SCALE,
    auth: {
      jwtSecret: env.JWT_SECRET_KEY || DEVELOPMENT_JWT_SECRET,
      accessTokenSeconds: env.JWT_ACCESS_TOKEN_EXPIRE_MINUTES * 60,
      verificationRequired: env.EMAIL_VERIFICATION_REQUIRED,
    },
    mail: {
      resendApiKey: env.RESEND_API_KEY,
      resendBaseUrl: env.RESEND_BASE_URL,
      from: `${env.EMAIL_FROM_NAME} <${env.EMAIL_FROM_ADDRESS}>`,
    },
    payment: {
      provider: paymentProvider(env),
      webhookSecrets: webhookSecrets(env),
      checkoutUrl: env.PAYMENT_CHECKOUT_URL && origin('PAYMENT_CHECKOUT_URL', env.PAYMENT_CHECKOUT_URL),
      stripe: {
        secretKey: env.STRIPE_SECRET_KEY,
        webhookSecrets: list(env.STRIPE_WEBHOOK_SECRET),
        apiBase: origin('STRIPE_API_BASE', env.STRIPE_API_BASE),
      },
    },
    llm: {
      baseUrl: env.LLM_BASE_URL,
      apiKey: env.LLM_API_KEY,
      model: env.LLM_MODEL,
      fallbackModel: env.LLM_FALLBACK_MODEL,
      models: env.LLM_MODELS,
      offlineCharsPerSecond: env.OFFLINE_LLM_CHARS_PER_SECOND,
    },
    generation: { concurrency: env.GENERATION_CONCURRENCY },
    metrics: {
      token: env.METRICS_TOKEN,
      presence: { enabled: env.ONLINE_PRESENCE_ENABLED, ttlSeconds: env.ONLINE_PRESENCE_TTL_SEC },
    },
    points: { shards: env.POINTS_SHARDS, ack: env.POINTS_ACK },
    worker: { concurrency: env.WORKER_CONCURRENCY },
  };
  if (production) refuseDevelopmentDefaults(env);
  return Object.freeze(config);
}

export type Config = ReturnType<typeof loadConfig>;

function parseEnv(source: Record<string, string | undefined>): Static<typeof Env> {
  const given = Object.fromEntries(
    Object.entries(source).filter(([key, value]) => key in Env.properties && value !== ''),
  );
  const decoded = Value.Convert(Env, Value.Default(Env, given));
  if (compiledEnv.Check(decoded)) return decoded;
  // The error objects carry the values, so only names and messages are shown.
  const problems = compiledEnv.Errors(decoded).map((issue) => `${issue.instancePath.slice(1)} ${issue.message}`);
  throw new ConfigError(`Bad environment: ${[...new Set(problems)].join('; ')}`);
}

function refuseDevelopmentDefaults(env: Static<typeof Env>): void {
  const problems: string[] = [];
  if (env.JWT_SECRET_KEY.length < MIN_SECRET_CHARS || env.JWT_SECRET_KEY === DEVELOPMENT_JWT_SECRET)
    problems.push(`JWT_SECRET_KEY must be a secret of at least ${MIN_SECRET_CHARS} characters`);
  if (env.RESEND_API_KEY === '') problems.push('RESEND_API_KEY is missing');
  if (env.RATE_LIMIT_SCALE === 0) problems.push('RATE_LIMIT_SCALE must not be 0');
  if (env.METRICS_TOKEN !== '' && env.METRICS_TOKEN.length < MIN_SECRET_CHARS)
    problems.push(`METRICS_TOKEN must have at least ${MIN_SECRET_CHARS} characters`);
  const provider = paymentProvider(env);
  if (provider === 'sandbox') problems.push('PAYMENT_PROVIDER must not be sandbox');
  if (provider === 'generic' && env.PAYMENT_WEBHOOK_SECRET === '') problems.push('PAYMENT_WEBHOOK_SECRET is missing');
  if (list(env.PAYMENT_WEBHOOK_SECRET).some((secret) => secretBytes(secret) < MIN_WEBHOOK_SECRET_BYTES))
    problems.push(`PAYMENT_WEBHOOK_SECRET must be the base64 of at least ${MIN_WEBHOOK_SECRET_BYTES} bytes`);
  if (provider === 'stripe' && env.STRIPE_SECRET_KEY === '') problems.push('STRIPE_SECRET_KEY is missing');
  if (provider === 'stripe' && env.STRIPE_WEBHOOK_SECRET === '') problems.push('STRIPE_WEBHOOK_SECRET is missing');
  if (problems.length > 0) throw new ConfigError(`Not fit for production: ${problems.join('; ')}`);
}

const secretBytes = (secret: string) => Buffer.from(secret.slice('whsec_'.length), 'base64').length;

function paymentProvider(env: Static<typeof Env>): 'sandbox' | 'stripe' | 'generic' {
  if (env.PAYMENT_PROVIDER !== '') return env.PAYMENT_PROVIDER;
  if (env.STRIPE_SECRET_KEY !== '') return 'stripe';
  return env.NODE_ENV === 'production' ? 'generic' : 'sandbox';
}

/**
 * The secrets that a payment notice may be signed with; the first one signs. A machine of a developer has one of its
 * own, made from its key for tokens.
 */
function webhookSecrets(env: Static<typeof Env>): string[] {
  const given = list(env.PAYMENT_WEBHOOK_SECRET);
  if (!given.every((secret) => WEBHOOK_SECRET.test(secret)))
    throw new ConfigError('PAYMENT_WEBHOOK_SECRET must be whsec_ and base64, or several of these with commas between');
  if (given.length > 0 || env.NODE_ENV === 'production') return given;
  const own = createHmac('sha256', env.JWT_SECRET_KEY || DEVELOPMENT_JWT_SECRET)
    .update('payment webhook')
    .digest('base64');
  return [`whsec_${own}`];
}

/** The addresses that a running `up` left in its data folder, so that every script finds its Postgres and Redis. */
function runningServices(dataDir: string): { databaseUrl?: string; redisUrl?: string } | undefined {
  const file = join(dataDir, 'services.json');
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { databaseUrl?: string; redisUrl?: string };
  } catch {
    return undefined;
  }
}

function serviceUrl(name: string, value: string | undefined, schemes: string[]): string {
  if (!value)
    throw new ConfigError(
      `${name} is not set, and no running \`up\` was found in DATA_DIR. Start ./scripts/up or set it.`,
    );
  if (!URL.canParse(value) || !schemes.includes(new URL(value).protocol))
    throw new ConfigError(
      `${name} must be a URL that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
    );
  return value;
}

function origin(name: string, value: string): string {
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol))
    throw new ConfigError(`${name} must be an http(s) address`);
  return value.replace(/\/+$/, '');
}

function list(value: string): string[] {
  return value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
