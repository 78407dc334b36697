import type { Client } from './client.ts';
import type { World } from './world.ts';

export const PASSWORD = 'Correct1horse';

export type Person = {
  id: string;
  email: string;
  username: string;
  password: string;
  token: string;
  refreshToken: string;
};

let counter = 0;

/** Fresh names, so that no test meets another's rows. */
export function newNames(): { email: string; username: string } {
  counter += 1;
  const tail = `${counter}-${crypto.randomUUID().slice(0, 8)}`;
  return { email: `person-${tail}@example.com`, username: `person-${tail}` };
}

/** A registered, verified, signed-in person, made through the API. */
export async function signUp(world: World, client: Client = world.client): Promise<Person> {
  const names = newNames();
  await world.ctx.redis.commands.set(`auth:preverified_email:${names.email}`, '1', 'EX', 60);
  const registered = await client.post('/auth/register', { ...names, password: PASSWORD, gender: 'female' });
  if (registered.status !== 201) throw new Error(`register: ${registered.status} ${registered.text}`);
  return { ...names, id: registered.body.id, password: PASSWORD, ...(await logIn(client, names.email)) };
}

export async function logIn(
  client: Client,
  email: string,
  password = PASSWORD,
): Promise<{ token: string; refreshToken: string }> {
  const answer = await client.post('/auth/login', { email, password });
  if (answer.status !== 200) throw new Error(`login: ${answer.status} ${answer.text}`);
  return { token: answer.body.access_token, refreshToken: answer.body.refresh_token };
}
