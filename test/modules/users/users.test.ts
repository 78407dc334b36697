import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { makeCharacter, signUpAdmin } from '../characters/cast.ts';

let world: World;
let person: Person;
let other: Person;
beforeAll(async () => {
  world = await createWorld();
  [person, other] = await Promise.all([signUp(world), signUp(world)]);
});
afterAll(() => world.close());
const nobody = '00000000-0000-7000-8000-000000000000';

describe('/users/:id', () => {
  test('counts what is shown; the address only for oneself and administrators', async () => {
    const { id } = await makeCharacter(world, person);
    await makeCharacter(world, person, { publish_settings: { is_public: false } });
    await world.client.post(`/characters/${id}/like`, undefined, { token: other.token });
    const path = `/users/${person.id}`;
    expect((await world.client.get(path)).body).toMatchObject({
      id: person.id,
      username: person.username,
      email: null,
      character_count: 1,
      total_like_count: 1,
      total_chat_count: 0,
    });
    expect((await world.client.get(path, { token: other.token })).text).not.toContain('@example.com');
    expect((await world.client.get(path, { token: person.token })).body).toMatchObject({
      email: person.email,
      character_count: 2,
    });
    const admin = await signUpAdmin(world);
    expect((await world.client.get(path, { token: admin.token })).body.email).toBe(person.email);
    expect((await world.client.get(`/users/${nobody}`)).status).toBe(404);
    expect((await world.client.get('/users/x')).status).toBe(422);
    expect((await world.client.get(`${path}/stats/overview`)).body).toEqual({
      user_id: person.id,
      character_count: 1,
      total_chat_count: 0,
      total_like_count: 1,
      total_comment_count: 0,
    });
    expect((await world.client.get(`/users/${nobody}/stats/overview`)).status).toBe(404);
    expect((await world.client.get(`${path}/stats/top-characters?limit=1`)).body).toMatchObject([{ id }]);
    const days = await world.client.get(`${path}/stats/timeseries?days=3`, { token: person.token });
    expect(days.body.items).toHaveLength(3);
    expect(days.body.items[2]).toMatchObject({
      date: new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10),
      likes: 1,
      comments: 0,
    });
    expect((await world.client.get(`${path}/stats/timeseries`, { token: other.token })).status).toBe(403);
    expect((await world.client.get(`${path}/stats/timeseries`)).status).toBe(401);
    expect((await world.client.get(`${path}/stats/timeseries?days=91`, { token: person.token })).status).toBe(422);
  });

  test('changing: one’s own, sent fields, a free name', async () => {
    const put = (body: unknown, token: string | undefined = person.token, id = person.id) =>
      world.client.put(`/users/${id}`, body, { token });
    expect((await put({ bio: '<b>hi</b>', avatar_url: '/static/x.png' })).body).toMatchObject({
      bio: '<b>hi</b>',
      avatar_url: '/static/x.png',
      username: person.username,
    });
    expect((await put({ bio: null, username: null })).body).toMatchObject({
      bio: null,
      avatar_url: '/static/x.png',
      username: person.username,
    });
    expect((await put({ username: other.username })).body).toMatchObject({ status: 400, code: 'auth.username_taken' });
    for (const bad of [
      { username: 'x' },
      { username: 'x'.repeat(101) },
      { bio: 'x'.repeat(1_001) },
      { avatar_url: 'x'.repeat(501) },
      { username: ' \u200b x' },
    ])
      expect((await put(bad)).status).toBe(422);
    expect((await put({ bio: 'x' }, other.token)).status).toBe(403);
    expect((await put({}, '')).status).toBe(401);
    const fresh = await Promise.all(Array.from({ length: 6 }, () => signUp(world)));
    const race = await Promise.all(fresh.map(({ id, token }) => put({ username: 'the-one-name' }, token, id)));
    expect(race.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400, 400]);
  });
});

test('/me/model-settings: defaults, change by query with a body of null, limits', async () => {
  const path = '/me/model-settings';
  const { token } = await signUp(world);
  expect((await world.client.get(path, { token })).body).toEqual({
    preferred_model: 'standard',
    preferred_sub_model: null,
    response_length_pref: 'short',
  });
  const put = (query: string) => world.client.put(`${path}?${query}`, null, { token });
  expect((await put('model=claude&sub_model=claude-sonnet-4-20250514&response_length=long')).status).toBe(200);
  expect((await put('model=gpt&sub_model=gpt-5.1')).status).toBe(200);
  expect((await world.client.get(path, { token })).body).toEqual({
    preferred_model: 'gpt',
    preferred_sub_model: 'gpt-5.1',
    response_length_pref: 'long',
  });
  for (const bad of ['', 'model=x', 'model=x&sub_model=y&response_length=huge', `model=${'x'.repeat(51)}&sub_model=y`])
    expect((await put(bad)).status).toBe(422);
  expect((await world.client.get(path)).status).toBe(401);
});
