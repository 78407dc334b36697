// biome-ignore lint/suspicious/noExplicitAny: tests read events of every shape
export type Event = { id?: string; event: string; data: any };

/**
 * Reads a stream of server-sent events as strictly as the existing front end does: LF only, one `event` and one `data`
 * line a frame. Stops after `limit` events (closing the connection), at the end, or at `until`.
 */
export async function readEvents(
  response: Response,
  { limit = Number.POSITIVE_INFINITY, until = () => false }: { limit?: number; until?: (event: Event) => boolean } = {},
): Promise<Event[]> {
  const events: Event[] = [];
  for await (const event of eventsOf(response)) {
    events.push(event);
    if (events.length >= limit || until(event)) break;
  }
  return events;
}

export async function* eventsOf(response: Response): AsyncGenerator<Event> {
  if (!response.body) throw new Error('no body');
  const reader = response.body.getReader();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let buffer = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        if (buffer !== '') throw new Error(`the stream ended within a frame: ${JSON.stringify(buffer)}`);
        return;
      }
      buffer += decoder.decode(value, { stream: true });
      if (buffer.includes('\r')) throw new Error('CR on the wire');
      for (let end = buffer.indexOf('\n\n'); end !== -1; end = buffer.indexOf('\n\n')) {
        const frame = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        const event = parseFrame(frame);
        if (event) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function parseFrame(frame: string): Event | undefined {
  if (frame.startsWith(':')) return undefined;
  const match = /^(?:id: ([^\n]*)\n)?event: ([^\n]+)\ndata: ([^\n]+)$/.exec(frame);
  if (!match) throw new Error(`not a frame: ${JSON.stringify(frame)}`);
  return {
    ...(match[1] === undefined ? {} : { id: match[1] }),
    event: match[2] as string,
    data: JSON.parse(match[3] as string),
  };
}

/** The text that episodes told. */
export function textOf(events: Event[]): string {
  return events.map((event) => (event.event === 'episode' ? event.data.delta : '')).join('');
}
