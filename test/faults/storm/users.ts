import type postgres from 'postgres';
import { newId } from '../../../src/lib/ids.ts';
import { createTokenSigner } from '../../../src/lib/jwt.ts';

export type User = { id: string; token: string };

/** Accounts with a session each, made in the database: signing up is not what is tested here. */
export async function makeUsers(sql: postgres.Sql, secret: string, count: number): Promise<User[]> {
  const signer = createTokenSigner(secret, { now: () => new Date() });
  const expires = new Date(Date.now() + 7 * 86_400_000);
  const users: User[] = [];
  for (let n = 0; n < count; n += 1) {
    const [id, sid] = [newId(), newId()];
    await sql`insert into users (id, email, username, password_hash, gender, is_verified)
      values (${id}, ${`storm-${n}@example.com`}, ${`storm-${n}`}, 'x', 'female', true)`;
    await sql`insert into sessions (id, user_id, user_agent, address, created_at, last_seen_at, expires_at)
      values (${sid}, ${id}, 'storm', '127.0.0.1', now(), now(), ${expires})`;
    const exp = Math.floor(expires.getTime() / 1_000);
    users.push({ id, token: await signer.sign('access', { sub: id, sid, jti: newId(), exp }) });
  }
  return users;
}
