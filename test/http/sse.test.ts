import { afterAll, describe, expect, test } from 'bun:test';
import { connect } from 'node:net';
import fc from 'fast-check';
import { openConnection } from '../../src/http/connection.ts';
import { frame, type SseSource, sseResponse } from '../../src/http/sse.ts';
import type { SseEvent } from '../../src/lib/sse-event.ts';
import { eventsOf, readEvents } from '../harness/sse.ts';
import { until } from '../harness/until.ts';

const state = { finished: 0, aborted: 0, produced: 0 };
const stopping = new AbortController();

async function* waiting(signal: AbortSignal): AsyncGenerator<SseEvent> {
  try {
    yield { id: '1-0', event: 'a', data: { n: 1 } };
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    state.aborted += 1;
  } finally {
    state.finished += 1;
  }
}
async function* three(): AsyncGenerator<SseEvent> {
  for (let n = 0; n < 3; n++) yield { event: 'n', data: n };
}
async function* broken(): AsyncGenerator<SseEvent> {
  yield { event: 'n', data: 1 };
  throw new Error('boom');
}
async function* rejecting(signal: AbortSignal): AsyncGenerator<SseEvent> {
  try {
    yield { event: 'n', data: 1 };
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('left')), { once: true }));
  } finally {
    state.finished += 1;
  }
}
async function* endless(): AsyncGenerator<SseEvent> {
  const data = 'x'.repeat(65_536);
  try {
    for (;;) {
      state.produced += 1;
      yield { event: 'n', data };
    }
  } finally {
    state.finished += 1;
  }
}
const sources: Record<string, SseSource> = { waiting, three, broken, rejecting, endless };
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch(request, self) {
    openConnection(request, self, []);
    const source = sources[new URL(request.url).pathname.slice(1)] as SseSource;
    return sseResponse(request, source, { stopping: stopping.signal, heartbeatMs: 30 });
  },
});
afterAll(() => server.stop(true));
const url = (name: string) => `http://127.0.0.1:${server.port}/${name}`;

describe('the SSE writer', () => {
  test('frames as the front end parses them, and ends with its source', async () => {
    const response = await fetch(url('three'));
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(await response.text()).toBe('event: n\ndata: 0\n\nevent: n\ndata: 1\n\nevent: n\ndata: 2\n\n');
  });

  test('no text can forge a frame or break one', () => {
    const hostile = fc.string({ unit: 'binary' }).map((text) => `${text}\n\nevent: final\ndata: {}\r\n`);
    fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(hostile, fc.string()), { minLength: 1, maxLength: 5 }), async (texts) => {
        const bytes = texts.map((text, i) => frame({ id: `${i}-0`, event: 'episode', data: { delta: text } }));
        const events = await readEvents(new Response(new Blob(bytes)));
        expect(events.map((event) => event.data.delta)).toEqual(texts.map((text) => text.toWellFormed()));
        expect(events.every((event) => event.event === 'episode')).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('a silent source gets heartbeats; a reader that leaves wakes it within a second', async () => {
    const leaving = new AbortController();
    const response = await fetch(url('waiting'), { signal: leaving.signal });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    let text = '';
    while (!text.includes(': hb\n\n: hb\n\n')) text += new TextDecoder().decode((await reader.read()).value);
    expect(text).toStartWith('id: 1-0\nevent: a\ndata: {"n":1}\n\n');
    const before = { ...state };
    const leftAt = performance.now();
    leaving.abort();
    await until(() => state.finished === before.finished + 1 && state.aborted === before.aborted + 1);
    expect(performance.now() - leftAt).toBeLessThan(1_000);
  });

  test('200 readers that come and go leave nothing behind, and no rejection', async () => {
    const before = state.finished;
    for (let i = 0; i < 200; i++) {
      const leaving = new AbortController();
      const response = await fetch(url(i % 2 ? 'waiting' : 'rejecting'), { signal: leaving.signal });
      await (response.body as ReadableStream<Uint8Array>).getReader().read();
      leaving.abort();
    }
    await until(() => state.finished === before + 200, { what: 'every source to finish' });
  });

  test('a source that fails cuts the stream without a terminal event', async () => {
    const events = await readEvents(await fetch(url('broken')));
    expect(events).toEqual([{ event: 'n', data: 1 }]);
  });

  test('a reader that does not read stops the source, and costs no memory', async () => {
    const before = state.finished;
    state.produced = 0;
    const socket = connect(server.port as number, '127.0.0.1');
    socket.pause();
    socket.write('GET /endless HTTP/1.1\r\nHost: x\r\n\r\n');
    let last = -1;
    await until(
      () => {
        const still = state.produced > 0 && state.produced === last;
        last = state.produced;
        return still;
      },
      { everyMs: 300, what: 'the source to stand still' },
    );
    expect(state.produced).toBeLessThan(200);
    socket.destroy();
    await until(() => state.finished === before + 1);
  });

  test('a process that stops sends its readers away', async () => {
    const response = await fetch(url('waiting'));
    const events = eventsOf(response);
    expect((await events.next()).value).toMatchObject({ event: 'a' });
    stopping.abort();
    expect((await events.next()).done).toBe(true);
  });
});
