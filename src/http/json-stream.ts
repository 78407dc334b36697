/** Sent at once; a longer entry goes alone. */
const CHUNK_CHARS = 65_536;

/**
 * A JSON array as a response that is written while it is read, so that a long list is never in memory as a whole. Nothing
 * is sent before the first entry is there: an error until then is an answer like any other. A later one cuts the
 * connection, and what came is no valid JSON.
 */
export async function jsonArray(entries: AsyncGenerator<unknown, void, undefined>): Promise<Response> {
  const encoder = new TextEncoder();
  let next: IteratorResult<unknown, void> | undefined = await entries.next();
  let before = '[';
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      let text = '';
      while (next && text.length < CHUNK_CHARS) {
        if (next.done) {
          text += before === '[' ? '[]' : ']';
          next = undefined;
        } else {
          text += before + JSON.stringify(next.value);
          before = ',';
          next = await entries.next();
        }
      }
      controller.enqueue(encoder.encode(text));
      if (!next) controller.close();
    },
    async cancel() {
      await entries.return();
    },
  });
  return new Response(body, { headers: { 'content-type': 'application/json' } });
}
