import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import postgres from 'postgres';
import { activeMemoryNotes } from '../../../src/modules/memory-notes/active.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
let sql: postgres.Sql;
let ann: Person;
let bob: Person;
let character: string;
beforeAll(async () => {
  world = await createWorld();
  sql = postgres(world.stores.databaseUrl, { max: 2 });
  [ann, bob] = await Promise.all([signUp(world), signUp(world)]);
  character = await newCharacter(bob);
});
afterAll(async () => {
  await sql.end();
  await world.close();
});

async function newCharacter(person: Person, isPublic = true): Promise<string> {
  const id = crypto.randomUUID();
  await sql`insert into characters (id, creator_id, name, is_public) values (${id}, ${person.id}, 'Yuna', ${isPublic})`;
  return id;
}

const as = (person: Person | undefined) => (person ? { token: person.token } : {});
const write = (person: Person | undefined, body: object = {}) =>
  world.client.post(
    '/memory-notes',
    { character_id: character, title: 'Tea', content: 'likes it', ...body },
    as(person),
  );
const list = async (person: Person, id = character) =>
  (await world.client.get(`/memory-notes/character/${id}`, as(person))).body;
const nobody = crypto.randomUUID();

describe('writing', () => {
  test('a note, on by default; the newest comes first', async () => {
    const cas = await signUp(world);
    expect(await list(cas)).toEqual({ memory_notes: [], total_count: 0 });
    const first = await write(cas, { title: ' Tea ', is_active: null });
    expect(first.status).toBe(201);
    expect(first.body).toEqual({
      id: expect.any(String),
      user_id: cas.id,
      character_id: character,
      title: 'Tea',
      content: 'likes it',
      is_active: true,
      created_at: expect.stringMatching(/Z$/),
      updated_at: first.body.created_at,
    });
    world.clock.advance(1);
    const second = await write(cas, { is_active: false });
    expect(await list(cas)).toEqual({ memory_notes: [second.body, first.body], total_count: 2 });
    expect((await world.client.get(`/memory-notes/${first.body.id}`, as(cas))).body).toEqual(first.body);
  });

  test('more than 1000 characters are a 400, also for a change; characters are counted as people do', async () => {
    const long = await write(ann, { content: 'x'.repeat(1_001) });
    expect([long.status, long.body.code]).toEqual([400, 'memory_note.too_long']);
    const made = await write(ann, { content: '😀'.repeat(1_000) });
    expect(made.status).toBe(201);
    const change = await world.client.put(`/memory-notes/${made.body.id}`, { content: '가'.repeat(1_001) }, as(ann));
    expect([change.status, change.body.code]).toEqual([400, 'memory_note.too_long']);
    expect((await world.client.get(`/memory-notes/${made.body.id}`, as(ann))).body).toEqual(made.body);
  });

  test('shapes and blanks: 422', async () => {
    for (const body of [
      { title: '' },
      { title: ' ' },
      { title: 'x'.repeat(201) },
      { content: '' },
      { content: ' \n' },
      { content: null },
      { character_id: 'x' },
      { character_id: null },
      { is_active: 'perhaps' },
    ])
      expect((await write(ann, body)).status).toBe(422);
  });

  test('about a character that the writer may see', async () => {
    const secret = await newCharacter(bob, false);
    const codes = [];
    for (const [person, id] of [
      [undefined, character],
      [ann, nobody],
      [ann, secret],
      [bob, secret],
    ] as const) {
      const answer = await write(person, { character_id: id });
      codes.push([answer.status, answer.body.code]);
    }
    expect(codes).toEqual([
      [401, 'auth.not_authenticated'],
      [404, 'character.not_found'],
      [403, 'character.private'],
      [201, undefined],
    ]);
  });

  test('a hundred about one character, also when they come at once', async () => {
    const dan = await signUp(world);
    await sql`
      insert into memory_notes (id, user_id, character_id, title, content)
      select gen_random_uuid(), ${dan.id}, ${character}, 'n', 'n' from generate_series(1, 90)`;
    const answers = await Promise.all(Array.from({ length: 20 }, () => write(dan)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
    for (const { status, body } of answers.filter(({ status }) => status !== 201))
      expect([status, body.code]).toEqual([409, 'memory_note.too_many']);
    expect((await list(dan)).total_count).toBe(100);
    expect((await write(dan, { character_id: await newCharacter(bob) })).status).toBe(201);
  });

  test('what Postgres cannot store is left out, the rest is kept to the letter', async () => {
    const raw = `{"character_id":"${character}","title":"a\\u0000b","content":"<i>\\ud83d\\ude00</i> \\ud800 \\\\u0000"}`;
    const answer = await world.client.post('/memory-notes', undefined, {
      ...as(ann),
      raw: new TextEncoder().encode(raw),
      headers: { 'content-type': 'application/json' },
    });
    expect([answer.status, answer.body]).toMatchObject([201, { title: 'ab', content: '<i>😀</i> \ufffd \\u0000' }]);
  });
});

describe('changing and deleting', () => {
  test('PUT sets what is given; DELETE says so', async () => {
    const { body: made } = await write(ann);
    const put = (body: object) => world.client.put(`/memory-notes/${made.id}`, body, as(ann));
    world.clock.advance(5);
    expect((await put({ title: null, content: null, is_active: null })).body).toEqual(made);
    expect((await put({ is_active: false })).body).toMatchObject({
      title: 'Tea',
      content: 'likes it',
      is_active: false,
    });
    const changed = (await put({ title: 'Coffee', content: 'rather' })).body;
    expect(changed).toMatchObject({ title: 'Coffee', content: 'rather', is_active: false });
    expect(changed.updated_at > made.updated_at).toBe(true);
    expect((await put({ title: ' ' })).status).toBe(422);
    const gone = await world.client.delete(`/memory-notes/${made.id}`, as(ann));
    expect([gone.status, gone.body]).toEqual([200, { message: expect.any(String) }]);
    expect((await world.client.delete(`/memory-notes/${made.id}`, as(ann))).status).toBe(404);
    expect((await put({ title: 'x' })).status).toBe(404);
  });

  test('somebody else’s is as good as none, for the character’s creator too; a guest is asked first', async () => {
    const { body: made } = await write(ann);
    for (const [person, status] of [
      [bob, 404],
      [undefined, 401],
    ] as const) {
      const path = `/memory-notes/${made.id}`;
      for (const answer of [
        await world.client.get(path, as(person)),
        await world.client.put(path, { title: 'Mine' }, as(person)),
        await world.client.delete(path, as(person)),
      ])
        expect(answer.status).toBe(status);
    }
    expect((await world.client.get(`/memory-notes/character/${character}`)).status).toBe(401);
    expect((await list(bob)).memory_notes).toEqual([]);
    expect((await world.client.get('/memory-notes/x', as(ann))).status).toBe(422);
    expect((await world.client.get('/memory-notes/character/x', as(ann))).status).toBe(422);
  });

  test('one’s notes stay readable when the character becomes private, and go with it', async () => {
    const id = await newCharacter(bob);
    await write(ann, { character_id: id });
    await sql`update characters set is_public = false where id = ${id}`;
    expect((await list(ann, id)).total_count).toBe(1);
    expect((await world.client.delete(`/characters/${id}`, as(bob))).status).toBeOneOf([200, 204]);
    expect(await list(ann, id)).toEqual({ memory_notes: [], total_count: 0 });
  });
});

test('a chat gets the notes that are on, the newest first', async () => {
  const eve = await signUp(world);
  await write(eve, { title: 'one' });
  world.clock.advance(1);
  await write(eve, { title: 'off', is_active: false });
  world.clock.advance(1);
  await write(eve, { title: 'two' });
  const notes = await activeMemoryNotes(world.ctx, eve.id, character);
  expect(notes.map(({ title, content }) => [title, content])).toEqual([
    ['two', 'likes it'],
    ['one', 'likes it'],
  ]);
  expect(await activeMemoryNotes(world.ctx, bob.id, character)).toEqual([]);
});
