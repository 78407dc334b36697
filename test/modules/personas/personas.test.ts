import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import postgres from 'postgres';
import { activePersona } from '../../../src/modules/personas/active.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
let sql: postgres.Sql;
let ann: Person;
let bob: Person;
beforeAll(async () => {
  world = await createWorld();
  sql = postgres(world.stores.databaseUrl, { max: 2 });
  [ann, bob] = await Promise.all([signUp(world), signUp(world)]);
});
afterAll(async () => {
  await sql.end();
  await world.close();
});

const as = ({ token }: Person) => ({ token });
const create = (person: Person, body: object = {}) =>
  world.client.post('/user-personas', { name: 'Yuna', ...body }, as(person));
const list = async (person: Person) => (await world.client.get('/user-personas', as(person))).body;
const activate = (person: Person, id: unknown) =>
  world.client.post('/user-personas/set-active', { persona_id: id }, as(person));
const nobody = crypto.randomUUID();

describe('making and reading', () => {
  test('a persona with its defaults; explicit nulls are as good as nothing', async () => {
    const cas = await signUp(world);
    expect(await list(cas)).toEqual({ personas: [], total_count: 0, active_persona: null });
    const made = await create(cas, { name: ' 유나 ', description: null, is_default: null, apply_scope: null });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      id: expect.any(String),
      user_id: cas.id,
      name: '유나',
      description: '',
      is_active: false,
      is_default: false,
      apply_scope: 'all',
      created_at: expect.stringMatching(/Z$/),
      updated_at: made.body.created_at,
    });
    expect(await list(cas)).toEqual({ personas: [made.body], total_count: 1, active_persona: null });
    expect((await world.client.get(`/user-personas/${made.body.id}`, as(cas))).body).toEqual(made.body);
    const current = await world.client.get('/user-personas/active/current', as(cas));
    expect([current.status, current.body.code]).toEqual([404, 'persona.none_active']);
  });

  test('a new default persona is active, and the only default one', async () => {
    const dan = await signUp(world);
    const first = (await create(dan, { is_default: true })).body;
    expect([first.is_default, first.is_active]).toEqual([true, true]);
    const second = (await create(dan, { name: 'Second', is_default: true })).body;
    const { personas, active_persona } = await list(dan);
    expect(active_persona).toEqual(second);
    expect(personas.map((p: { name: string; is_default: boolean }) => [p.name, p.is_default])).toEqual([
      ['Second', true],
      ['Yuna', false],
    ]);
    expect((await world.client.get('/user-personas/active/current', as(dan))).body).toEqual(second);
  });

  test('names and descriptions have limits; blank names are none; text is kept as it is', async () => {
    for (const body of [
      { name: '' },
      { name: '   ' },
      { name: 'x'.repeat(101) },
      { description: 'x'.repeat(1_001) },
      { apply_scope: 'everywhere' },
      { is_default: 'perhaps' },
      { name: null },
    ])
      expect((await create(ann, body)).status).toBe(422);
    const text = `<b>"it's"</b>\u0000 ${'가'.repeat(980)}`;
    const made = await create(ann, { name: 'x'.repeat(100), description: text });
    expect(made.body.description).toBe(text.replace('\0', ''));
  });

  test('fifty of them, also when sixty are asked for at once', async () => {
    const eve = await signUp(world);
    const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => create(eve, { name: `P${i}` })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(50);
    const refused = answers.filter(({ status }) => status !== 201);
    for (const { status, body } of refused) expect([status, body.code]).toEqual([409, 'persona.too_many']);
    expect((await list(eve)).total_count).toBe(50);
  });
});

describe('changing', () => {
  test('PUT sets what is given and leaves the rest; nothing given changes nothing', async () => {
    const { body: made } = await create(ann, { description: 'old' });
    const put = (body: object) => world.client.put(`/user-personas/${made.id}`, body, as(ann));
    world.clock.advance(10);
    expect((await put({ name: null, description: null })).body).toEqual(made);
    const changed = (await put({ name: 'New', apply_scope: 'origchat' })).body;
    expect(changed).toMatchObject({ name: 'New', apply_scope: 'origchat', description: 'old', is_active: false });
    expect(changed.updated_at > made.updated_at).toBe(true);
    expect((await put({ name: ' ' })).status).toBe(422);
    expect((await put({ description: '' })).body.description).toBe('');
  });

  test('becoming the default by PUT takes it from the other one and leaves the active one', async () => {
    const fay = await signUp(world);
    const first = (await create(fay, { is_default: true })).body;
    const second = (await create(fay)).body;
    await world.client.put(`/user-personas/${second.id}`, { is_default: true }, as(fay));
    const { personas, active_persona } = await list(fay);
    expect(active_persona.id).toBe(first.id);
    expect(personas.filter((p: { is_default: boolean }) => p.is_default).map((p: { id: string }) => p.id)).toEqual([
      second.id,
    ]);
  });

  test('set-active moves the mark; it is no edit', async () => {
    const [one, two] = [(await create(bob)).body, (await create(bob)).body];
    expect((await activate(bob, one.id)).body).toEqual({ ...one, is_active: true });
    expect((await activate(bob, two.id)).body).toEqual({ ...two, is_active: true });
    expect((await activate(bob, two.id)).status).toBe(200);
    expect((await list(bob)).active_persona.id).toBe(two.id);
    expect((await activate(bob, nobody)).status).toBe(404);
    // A refused change takes nothing from the one that was active.
    expect((await list(bob)).active_persona.id).toBe(two.id);
    expect((await activate(bob, 'x')).status).toBe(422);
  });

  test('fifty at once: one active, one default', async () => {
    const gil = await signUp(world);
    const ids: string[] = [];
    for (let i = 0; i < 10; i++) ids.push((await create(gil, { name: `P${i}` })).body.id);
    const other = await world.secondInstance();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => {
        const { client } = i % 2 === 0 ? world : other;
        const id = ids[i % ids.length];
        if (i % 5 === 4) return client.put(`/user-personas/${id}`, { is_default: true }, as(gil));
        return client.post('/user-personas/set-active', { persona_id: id }, as(gil));
      }),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    const [counts] = await sql`
      select count(*) filter (where is_active)::int active, count(*) filter (where is_default)::int standard
      from user_personas where user_id = ${gil.id}`;
    expect(counts).toEqual({ active: 1, standard: 1 });
  });

  test('Postgres itself refuses a second active one', async () => {
    const hal = await signUp(world);
    await create(hal, { is_default: true });
    await create(hal);
    const both = async () => sql`update user_personas set is_active = true where user_id = ${hal.id}`;
    await expect(both()).rejects.toThrow('user_personas_one_active');
  });

  test('when the active one is deleted, the default one takes its place', async () => {
    const ida = await signUp(world);
    const main = (await create(ida, { is_default: true })).body;
    const other = (await create(ida)).body;
    await activate(ida, other.id);
    const gone = await world.client.delete(`/user-personas/${other.id}`, as(ida));
    expect([gone.status, gone.text]).toEqual([204, '']);
    expect((await list(ida)).active_persona.id).toBe(main.id);
    await world.client.delete(`/user-personas/${main.id}`, as(ida));
    expect((await list(ida)).active_persona).toBeNull();
    expect((await world.client.delete(`/user-personas/${main.id}`, as(ida))).status).toBe(404);
  });
});

describe('whose they are', () => {
  test('somebody else’s is as good as none; a guest is asked who they are first', async () => {
    const { body: mine } = await create(ann);
    const calls = (call: { token?: string }) => [
      world.client.get(`/user-personas/${mine.id}`, call),
      world.client.put(`/user-personas/${mine.id}`, { name: 'Mine now' }, call),
      world.client.delete(`/user-personas/${mine.id}`, call),
      world.client.post('/user-personas/set-active', { persona_id: mine.id }, call),
    ];
    for (const answer of await Promise.all(calls(as(bob))))
      expect([answer.status, answer.body.code]).toEqual([404, 'persona.not_found']);
    for (const answer of await Promise.all(calls({}))) expect(answer.status).toBe(401);
    for (const path of ['/user-personas', '/user-personas/active/current', '/user-personas/x'])
      expect((await world.client.get(path)).status).toBe(401);
    expect((await world.client.post('/user-personas', { name: '' })).status).toBe(401);
    expect((await world.client.get('/user-personas/x', as(ann))).status).toBe(422);
    expect((await list(bob)).personas.map((p: { id: string }) => p.id)).not.toContain(mine.id);
    expect((await world.client.get(`/user-personas/${mine.id}`, as(ann))).body).toEqual(mine);
  });

  test('a chat asks for the active one of its kind', async () => {
    const joe = await signUp(world);
    const ask = (scope: 'character' | 'origchat') => activePersona(world.ctx, joe.id, scope);
    expect(await ask('character')).toBeUndefined();
    const { id } = (await create(joe, { description: 'a baker', is_default: true })).body;
    expect(await ask('character')).toEqual({ id, name: 'Yuna', description: 'a baker' });
    expect(await ask('origchat')).toEqual({ id, name: 'Yuna', description: 'a baker' });
    await world.client.put(`/user-personas/${id}`, { apply_scope: 'origchat' }, as(joe));
    expect(await ask('character')).toBeUndefined();
    expect((await ask('origchat'))?.id).toBe(id);
  });
});
