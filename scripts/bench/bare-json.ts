/** The baseline: Bun.serve with one JSON answer and nothing else. Prints its port. */
const answer = await Bun.stdin.text();
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: () => new Response(answer, { headers: { 'content-type': 'application/json' } }),
});
console.log(server.port);
