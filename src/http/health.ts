import { Elysia, t } from 'elysia';
import type { Ctx } from '../context.ts';
import { keys } from '../redis/keys.ts';
import { doc } from './doc.ts';
import { guard } from './guard.ts';

const CHECK_TIMEOUT_MS = 2_000;

const Check = t.Union([t.Literal('up'), t.Literal('down')]);
const Readiness = t.Object({
  ready: t.Boolean(),
  postgres: Check,
  redis: Check,
  worker: Check,
  llm: t.Object({ provider: t.String(), model: t.String() }),
  mail: t.String(),
});

/** `/health`: the process lives. `/ready`: it can serve, and its worker was seen within ten seconds. */
export function healthRoutes(ctx: Ctx) {
  return new Elysia({ name: 'health' })
    .use(guard(ctx))
    .get('/', () => ({ name: 'fabula', docs: '/swagger' }), {
      open: true,
      response: t.Object({ name: t.String(), docs: t.String() }),
      detail: doc('service', 'What this is'),
    })
    .get('/health', () => ({ status: 'ok' }), {
      open: true,
      response: t.Object({ status: t.String() }),
      detail: doc('service', 'Liveness'),
    })
    .get(
      '/ready',
      async ({ set }) => {
        const readiness = await checkReadiness(ctx);
        set.status = readiness.ready ? 200 : 503;
        return readiness;
      },
      {
        open: true,
        response: { 200: Readiness, 503: Readiness },
        detail: doc('service', 'Readiness of Postgres, Redis and the worker'),
      },
    );
}

async function checkReadiness(ctx: Ctx) {
  const [postgres, worker] = await Promise.allSettled([
    within(ctx.db.ping()),
    within(ctx.redis.commands.exists(keys.workerSeen())),
  ]);
  const up = (condition: boolean) => (condition ? ('up' as const) : ('down' as const));
  const checks = {
    postgres: up(postgres.status === 'fulfilled'),
    redis: up(worker.status === 'fulfilled'),
    worker: up(worker.status === 'fulfilled' && worker.value === 1),
  };
  return {
    ready: Object.values(checks).every((check) => check === 'up'),
    ...checks,
    llm: ctx.llm.describe(),
    mail: ctx.mail.kind,
  };
}

function within<T>(work: Promise<T>): Promise<T> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), CHECK_TIMEOUT_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
