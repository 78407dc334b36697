import type { SseEvent } from '../lib/sse-event.ts';
import { connectionOf } from './connection.ts';

/** A source is told to leave by its signal and must then end soon. */
export type SseSource = (signal: AbortSignal) => AsyncIterator<SseEvent>;

type SseOptions = { heartbeatMs?: number; stopping: AbortSignal; headers?: Record<string, string> };

const HEARTBEAT_MS = 10_000;
const encoder = new TextEncoder();
const heartbeat = encoder.encode(': hb\n\n');
const BEAT = Symbol('beat');

/** The bytes of one event: LF only, no newline within a field (WHATWG HTML, server-sent events). */
export function frame(event: SseEvent): Uint8Array {
  const id = event.id === undefined ? '' : `id: ${event.id}\n`;
  const json = 'json' in event ? event.json : JSON.stringify(event.data);
  return encoder.encode(`${id}event: ${event.event}\ndata: ${json}\n\n`);
}

/**
 * Streams a source to the client. It pulls, so a slow reader slows the source and costs no memory; a reader that leaves
 * wakes a source that waits; every ten silent seconds a comment keeps the line open. A source that throws ends the
 * stream without a terminal event: the client comes back with `Last-Event-ID`.
 */
export function sseResponse(request: Request, source: SseSource, options: SseOptions): Response {
  const { heartbeatMs = HEARTBEAT_MS, stopping, headers = {} } = options;
  const { keepOpen, meters } = connectionOf(request);
  keepOpen();
  meters?.streamOpened();
  const gone = new AbortController();
  const events = source(gone.signal);
  let pending: Promise<IteratorResult<SseEvent>> | undefined;
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;

  const leave = () => {
    if (gone.signal.aborted) return;
    request.signal.removeEventListener('abort', leave);
    stopping.removeEventListener('abort', end);
    gone.abort();
    meters?.streamClosed();
    // A source that fails while it is told to leave has nobody left to tell.
    Promise.resolve(events.return?.()).catch(() => undefined);
  };
  const end = () => {
    leave();
    try {
      controller?.close();
    } catch {
      // Closed by the client a moment before.
    }
  };
  request.signal.addEventListener('abort', leave, { once: true });
  stopping.addEventListener('abort', end, { once: true });

  const body = new ReadableStream<Uint8Array>(
    {
      start(opened) {
        controller = opened;
        if (stopping.aborted) end();
      },
      async pull(opened) {
        pending ??= events.next();
        // The source may reject after it was abandoned; that must not end the process.
        pending.catch(() => undefined);
        try {
          const next = await nextOrBeat(pending, heartbeatMs);
          if (gone.signal.aborted) return;
          if (next === BEAT) return opened.enqueue(heartbeat);
          pending = undefined;
          if (next.done) return end();
          opened.enqueue(frame(next.value));
        } catch {
          end();
        }
      },
      cancel: leave,
    },
    { highWaterMark: 0 },
  );
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      ...headers,
    },
  });
}

/** The next event, or a beat when none comes in time. A timer is set only for events that are not there yet. */
async function nextOrBeat<T>(pending: Promise<T>, heartbeatMs: number): Promise<T | typeof BEAT> {
  const already = await Promise.race([pending, Promise.resolve(BEAT)]);
  if (already !== BEAT) return already;
  let timer: Timer | undefined;
  const beat = new Promise<typeof BEAT>((resolve) => {
    timer = setTimeout(resolve, heartbeatMs, BEAT);
  });
  return Promise.race([pending, beat]).finally(() => clearTimeout(timer));
}
