import { Redis } from 'ioredis';

/** The baseline: Bun.serve that takes from a counter by one EVALSHA and says what is left. Prints its port. */
const redis = new Redis(process.env.REDIS_URL ?? '', { enableAutoPipelining: true });
const TAKE = `local left = tonumber(redis.call('GET', KEYS[1]) or '0')
if left < tonumber(ARGV[1]) then return -1 end
return redis.call('DECRBY', KEYS[1], ARGV[1])`;
redis.defineCommand('take', { numberOfKeys: 1, lua: TAKE });
const take = (redis as unknown as { take(key: string, amount: number): Promise<number> }).take.bind(redis);

const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    const { amount } = (await request.json()) as { amount: number };
    const left = await take('bench:counter', amount);
    return Response.json({ success: left >= 0, balance_after: left });
  },
});
await redis.set('bench:counter', 1_000_000_000);
console.log(server.port);
