/**
 * A JSON array as a response that is written while it is read, so that a long list is never in memory as a whole. Nothing
 * is sent before the first entry is there: an error until then is an answer like any other. Later ones cut the
 * connection, and what came is no valid JSON.
 */
export async function jsonArray(entries: AsyncGenerator<unknown, void, undefined>): Promise<Response> {
  const first = await entries.next();
  const encoder = new TextEncoder();
  let next: IteratorResult<unknown, void> | undefined = first;
  let before = '[';
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const entry = next ?? (await entries.next());
      next = undefined;
      if (entry.done) {
        controller.enqueue(encoder.encode(before === '[' ? '[]' : ']'));
        controller.close();
        return;
      }
      controller.enqueue(encoder.encode(before + JSON.stringify(entry.value)));
      before = ',';
    },
    async cancel() {
      await entries.return();
    },
  });
  return new Response(body, { headers: { 'content-type': 'application/json' } });
}
