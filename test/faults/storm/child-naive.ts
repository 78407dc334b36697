import { Redis } from 'ioredis';
import postgres from 'postgres';

// The form that the protocol replaces, as a control: a balance key with a lifetime, decremented by a script; the ledger row
// is written afterwards, and a failure to write it does not concern the answer. `bun child-naive.ts PORT`.

const TTL_MS = 300;
const redis = new Redis(process.env.REDIS_URL as string, {
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  commandTimeout: 2_000,
});
redis.on('error', () => undefined);
const sql = postgres(process.env.DATABASE_URL as string, { max: 6, onnotice: () => undefined });
for (const event of ['unhandledRejection', 'uncaughtException']) process.on(event, () => undefined);

const USE = `local b = redis.call('GET', KEYS[1]) if not b then return -1 end
if tonumber(b) < tonumber(ARGV[1]) then return -2 end
redis.call('PEXPIRE', KEYS[1], ${TTL_MS}) return redis.call('DECRBY', KEYS[1], ARGV[1])`;

async function use(userId: string, amount: number): Promise<number> {
  const key = `naive:${userId}`;
  let after = Number(await redis.eval(USE, 1, key, amount));
  if (after === -1) {
    const [row] = await sql`select balance from naive_balances where user_id = ${userId}`;
    await redis.set(key, Number(row?.balance ?? 0), 'PX', TTL_MS);
    after = Number(await redis.eval(USE, 1, key, amount));
  }
  return after;
}

Bun.serve({
  port: Number(process.argv[2]),
  hostname: '127.0.0.1',
  async fetch(request) {
    if (request.method === 'GET') return new Response('ok');
    try {
      const userId = request.headers.get('x-user') ?? '';
      const { amount } = (await request.json()) as { amount: number };
      const txId = crypto.randomUUID();
      const after = await use(userId, amount);
      if (after < 0) return Response.json({ success: false });
      // Afterwards, and isolated from the answer.
      sql`with row as (insert into naive_ledger (tx_id, user_id, delta) values (${txId}, ${userId}, ${-amount}) returning delta)
        update naive_balances set balance = ${after} where user_id = ${userId}`.catch(() => undefined);
      return Response.json({ success: true, transaction_id: txId, persistence: 'naive' });
    } catch {
      return new Response('{}', { status: 503 });
    }
  },
});
