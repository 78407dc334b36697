import { sql } from 'drizzle-orm';
import { loadConfig } from '../../src/config.ts';
import { type Ctx, closeContext, openContext } from '../../src/context.ts';
import { withTx } from '../../src/db/tx.ts';
import { createFetch, type Fetch } from '../../src/fetch.ts';
import { newId } from '../../src/lib/ids.ts';
import { createLogger } from '../../src/lib/log.ts';
import type { Llm } from '../../src/llm/gateway.ts';
import { ensureAccount } from '../../src/modules/auth/accounts.ts';
import { login } from '../../src/modules/auth/login.ts';
import { createCharacter } from '../../src/modules/characters/create.ts';
import { countingProxy } from './proxy.ts';
import { compare, perSecond, type Row } from './table.ts';
import type { BenchWorld } from './world.ts';

const WARM_UP_TURNS = 60;
const TURNS = 120;
const ROUNDS = 5;
const COUNTED_TURNS = 20;
const REPLY = `* The keeper looks up.\n\n"You are late."`;

/**
 * What a turn costs beside its model: a whole `POST /chat/message` with a model that answers at once, against two bare
 * transactions that store a message each. The note has the times of a turn and its round trips.
 */
export async function benchChat(world: BenchWorld): Promise<Row[]> {
  const ctx: Ctx = { ...world.ctx, llm: instantModel(world.ctx.llm) };
  const { token, characterId } = await prepare(ctx);
  const talk = await openTalk(createFetch(ctx), token, characterId);
  for (let i = 0; i < WARM_UP_TURNS; i += 1) await talk.turn();
  const times: number[] = [];
  const bare = await bareRoom(ctx, talk.roomId);
  const result = await compare(
    ROUNDS,
    () => rate(bare),
    () =>
      rate(async () => {
        const startedAt = performance.now();
        await talk.turn();
        times.push(performance.now() - startedAt);
      }),
  );
  times.sort((a, b) => a - b);
  const at = (share: number) => `${(times[Math.floor(times.length * share)] ?? 0).toFixed(1)} ms`;
  const trips = await countTrips(world, token, characterId);
  return [
    {
      name: 'chat turn without its model, one after the other',
      ours: perSecond(result.ours),
      bare: perSecond(result.bare),
      ratio: result.ratio,
      note: `${result.spread}; p50 ${at(0.5)}, p99 ${at(0.99)}; round trips: Postgres ${trips.postgres}, Redis ${trips.redis}`,
    },
  ];
}

function instantModel(real: Llm): Llm {
  return {
    ...real,
    async *streamText() {
      yield REPLY;
    },
  };
}

async function rate(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  for (let i = 0; i < TURNS; i += 1) await work();
  return TURNS / ((performance.now() - startedAt) / 1_000);
}

async function prepare(ctx: Ctx): Promise<{ token: string; characterId: string }> {
  const account = { email: 'talker@fabula.example', username: 'talker', password: 'Bench1234', isAdmin: false };
  await ensureAccount(ctx, account, { overwrite: false });
  const session = await login(ctx, account, { address: '127.0.0.1', userAgent: 'bench' });
  const characterId = await createCharacter(
    ctx,
    { kind: 'member', userId: session.user_id, sessionId: '', isAdmin: false },
    { name: 'Mina', description: 'A lighthouse keeper.', personality: 'calm, curious', greeting: 'Good evening.' },
  );
  return { token: session.access_token, characterId };
}

/** A fresh room and a way to have turns in it, through the whole API. */
async function openTalk(handle: Fetch, token: string, characterId: string) {
  const post = async (path: string, body: object) => {
    const request = new Request(`http://localhost${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    const answer = await handle(request);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { id: string };
  };
  const { id: roomId } = await post('/chat/start-new', { character_id: characterId });
  let said = 0;
  return {
    roomId,
    async turn() {
      said += 1;
      await post('/chat/message', { character_id: characterId, room_id: roomId, content: `Message number ${said}.` });
    },
  };
}

/** The least a turn could do: a transaction with the user's message, and one with the reply. */
async function bareRoom(ctx: Ctx, roomId: string): Promise<() => Promise<void>> {
  await ctx.db.pool.execute(sql`create table bench_messages (id uuid primary key, room_id uuid, content text)`);
  const store = (content: string) =>
    withTx(ctx.db, async (tx) => {
      await tx.execute(sql`insert into bench_messages values (${newId()}, ${roomId}, ${content})`);
    });
  return async () => {
    await store('Message.');
    await store(REPLY);
  };
}

/** Round trips of one turn, counted on the wire. */
async function countTrips(world: BenchWorld, token: string, characterId: string) {
  const { env } = world;
  const postgres = countingProxy(env.DATABASE_URL ?? '', 5_432);
  const redis = countingProxy(env.REDIS_URL ?? '', 6_379);
  // Few connections, so that each has prepared every statement by the time we count.
  const config = loadConfig({ ...env, DATABASE_POOL_SIZE: '2', DATABASE_URL: postgres.url, REDIS_URL: redis.url });
  const ctx = await openContext(config, { log: createLogger('silent') });
  const talk = await openTalk(createFetch({ ...ctx, llm: instantModel(ctx.llm) }), token, characterId);
  for (let i = 0; i < COUNTED_TURNS; i += 1) await talk.turn();
  await Bun.sleep(100);
  postgres.take();
  redis.take();
  for (let i = 0; i < COUNTED_TURNS; i += 1) await talk.turn();
  await Bun.sleep(100);
  const counted = {
    postgres: Math.round(postgres.take() / COUNTED_TURNS),
    redis: Math.round(redis.take() / COUNTED_TURNS),
  };
  await closeContext(ctx);
  postgres.stop();
  redis.stop();
  return counted;
}
