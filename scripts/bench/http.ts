import { ensureAccount } from '../../src/modules/auth/accounts.ts';
import { login } from '../../src/modules/auth/login.ts';
import { httpRequest, measureLoad } from './load.ts';
import { compare, perSecond, type Row } from './table.ts';
import type { BenchWorld } from './world.ts';

const CONNECTIONS = 64;
const SECONDS = 2;
const ROUNDS = 5;

/** `GET /health` and `GET /auth/me` against a bare Bun.serve that answers the same bytes. */
export async function benchHttp(world: BenchWorld): Promise<Row[]> {
  const api = await world.startApi();
  const headers = { authorization: `Bearer ${await signIn(world)}` };
  const profile = await (await fetch(`http://127.0.0.1:${api.port}/auth/me`, { headers })).text();
  const bare = Bun.spawn([process.execPath, `${import.meta.dir}/bare-json.ts`], {
    stdin: new Blob([profile]),
    stdout: 'pipe',
  });
  const { value } = await bare.stdout.getReader().read();
  const barePort = Number(new TextDecoder().decode(value));
  const load = async (port: number, request: string) => {
    const result = await measureLoad({ port, requests: [request], connections: CONNECTIONS, seconds: SECONDS });
    if (result.failures > 0) throw new Error(`${result.failures} requests failed`);
    return result.requestsPerSecond;
  };
  const rows: Row[] = [];
  for (const [name, request] of [
    ['GET /health: routing, rate limit, log line', httpRequest('GET', '/health')],
    ['GET /auth/me: the same, token, session, one row', httpRequest('GET', '/auth/me', headers)],
  ] as const) {
    const result = await compare(
      ROUNDS,
      () => load(barePort, httpRequest('GET', '/')),
      () => load(api.port, request),
    );
    rows.push({
      name,
      ours: perSecond(result.ours),
      bare: perSecond(result.bare),
      ratio: result.ratio,
      note: result.spread,
    });
  }
  bare.kill();
  await api.stop();
  return rows;
}

async function signIn({ ctx }: BenchWorld): Promise<string> {
  const account = { email: 'bench@fabula.example', username: 'bench', password: 'Bench1234', isAdmin: false };
  await ensureAccount(ctx, account, { overwrite: false });
  return (await login(ctx, account, { address: '127.0.0.1', userAgent: 'bench' })).access_token;
}
