import { sseResponse } from '../../src/http/sse.ts';
import { keys } from '../../src/redis/keys.ts';
import { appendEvents, formatPosition, listen, parsePosition, readEvents, START } from '../../src/redis/stream.ts';
import { compare, perSecond, type Row } from './table.ts';
import type { BenchWorld } from './world.ts';

const EVENTS = 20_000;
const BATCH = 50;
const READERS = 4;
const ROUNDS = 5;
const delta = 'x'.repeat(48);

/**
 * Events that reach readers in a second: ours go through a Redis stream that a writer fills while they are read, and out
 * through the SSE writer; the bare loop yields the same events from memory through a plain ReadableStream.
 */
export async function benchSse(world: BenchWorld): Promise<Row[]> {
  const stopping = new AbortController();
  const { commands } = world.ctx.redis;
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    fetch(request) {
      const path = new URL(request.url).pathname;
      if (path === '/bare') return new Response(bareStream(), { headers: { 'content-type': 'text/event-stream' } });
      return sseResponse(request, (signal) => relay(world, path.slice(1), signal), { stopping: stopping.signal });
    },
  });
  const timed = async (paths: string[], work: () => Promise<void>) => {
    const startedAt = performance.now();
    await Promise.all([work(), ...paths.map((path) => drain(`http://127.0.0.1:${server.port}/${path}`))]);
    return (EVENTS * paths.length) / ((performance.now() - startedAt) / 1_000);
  };
  const result = await compare(
    ROUNDS,
    () => timed(Array(READERS).fill('bare'), async () => undefined),
    () => {
      const id = crypto.randomUUID();
      return timed(Array(READERS).fill(id), () => fill(commands, id));
    },
  );
  server.stop(true);
  return [
    {
      name: `SSE relay through Redis, ${READERS} readers`,
      ours: perSecond(result.ours),
      bare: perSecond(result.bare),
      ratio: result.ratio,
      note: result.spread,
    },
  ];
}

async function fill(redis: BenchWorld['ctx']['redis']['commands'], id: string): Promise<void> {
  for (let at = 0; at < EVENTS; at += BATCH) {
    const events = Array.from({ length: BATCH }, (_, i) => ({
      id: formatPosition({ sequence: at + i + 1, offset: 0 }),
      event: 'episode',
      data: JSON.stringify({ delta }),
    }));
    await appendEvents(redis, keys.generationEvents(id), 60, events, at + BATCH >= EVENTS);
  }
}

async function* relay(world: BenchWorld, id: string, signal: AbortSignal) {
  const key = keys.generationEvents(id);
  const pings = listen(world.ctx.redis, key, signal);
  let position = START;
  try {
    while (!signal.aborted) {
      const events = await readEvents(world.ctx.redis.commands, key, position);
      for (const event of events) {
        yield { id: event.id, event: event.event, json: event.data };
        if (event.ends) return;
        position = parsePosition(event.id) ?? position;
      }
      if (events.length === 0) await pings.next();
    }
  } finally {
    pings.close();
  }
}

function bareStream(): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let sent = 0;
  return new ReadableStream(
    {
      pull(controller) {
        sent += 1;
        controller.enqueue(encoder.encode(`id: ${sent}-0\nevent: episode\ndata: ${JSON.stringify({ delta })}\n\n`));
        if (sent === EVENTS) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

async function drain(url: string): Promise<void> {
  const response = await fetch(url);
  for await (const _ of response.body as ReadableStream<Uint8Array>);
}
