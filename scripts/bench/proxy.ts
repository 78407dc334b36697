/** A TCP proxy that counts round trips: how often the client begins to speak after the server has. */
export function countingProxy(target: string, defaultPort: number) {
  const { hostname, port } = new URL(target);
  let trips = 0;
  type Line = { upstream?: Bun.Socket<undefined>; waiting: Uint8Array[]; speaking: boolean };
  const server = Bun.listen<Line>({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      open(client) {
        client.data = { waiting: [], speaking: false };
        void Bun.connect<undefined>({
          data: undefined,
          hostname,
          port: Number(port) || defaultPort,
          socket: {
            open(upstream) {
              client.data.upstream = upstream;
              for (const bytes of client.data.waiting) upstream.write(bytes);
            },
            data(_, bytes) {
              client.data.speaking = false;
              client.write(bytes);
            },
            close: () => void client.end(),
            error: () => void client.end(),
          },
        });
      },
      data(client, bytes) {
        if (!client.data.speaking) trips += 1;
        client.data.speaking = true;
        if (client.data.upstream) client.data.upstream.write(bytes);
        else client.data.waiting.push(bytes);
      },
      close: (client) => void client.data.upstream?.end(),
      error: (client) => void client.data.upstream?.end(),
    },
  });
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String(server.port);
  return {
    url: url.href,
    /** Round trips since the last call. */
    take() {
      const taken = trips;
      trips = 0;
      return taken;
    },
    stop: () => server.stop(true),
  };
}
