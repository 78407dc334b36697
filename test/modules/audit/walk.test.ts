import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import postgres from 'postgres';
import { createApp } from '../../../src/app.ts';
import { withTx } from '../../../src/db/tx.ts';
import { routeTable } from '../../../src/http/route-table.ts';
import { audit, auditUnlessOwn } from '../../../src/modules/audit/audit.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { makeCharacter, signUpAdmin } from '../characters/cast.ts';
import { recipes } from './recipes.ts';

let world: World;
let sql: postgres.Sql;
let admin: Person;
let member: Person;
beforeAll(async () => {
  world = await createWorld();
  sql = postgres(world.stores.databaseUrl, { max: 2 });
  [admin, member] = await Promise.all([signUpAdmin(world), signUp(world)]);
});
afterAll(async () => {
  await sql.end();
  await world.close();
});

const trail = () => sql`select * from admin_audit order by created_at, id`;
const since = async (before: number) => (await trail()).slice(before);

const adminRoutes = () =>
  routeTable(createApp(world.ctx)).entries.filter(({ access, method }) => access === 'admin' && method !== 'HEAD');

describe('every administrators’ route writes exactly one row', () => {
  test('the writing ones', async () => {
    const writing = adminRoutes().filter(({ method }) => method !== 'GET');
    expect(writing.length).toBeGreaterThan(2);
    for (const { method, path } of writing) {
      const name = `${method} ${path}`;
      const recipe = recipes[name];
      if (!recipe) throw new Error(`${name} is not in recipes.ts: say there how to call it`);
      const call = await recipe(world, admin);
      const before = (await trail()).length;
      const answer = await world.client.open(method, call.path, { token: admin.token, body: call.body });
      expect([name, answer.status < 300, await answer.text()]).toEqual([name, true, expect.any(String)]);
      const rows = await since(before);
      expect([name, rows.length]).toEqual([name, 1]);
      expect(rows[0]).toMatchObject({
        actor_id: admin.id,
        route: name,
        outcome: 'done',
        request_id: answer.headers.get('x-request-id'),
      });
      expect([name, typeof rows[0]?.target]).toEqual([name, 'string']);
    }
  });

  test('the reading ones', async () => {
    for (const { path } of adminRoutes().filter(({ method }) => method === 'GET')) {
      const name = `GET ${path}`;
      const call = recipes[name] ? await recipes[name](world, admin) : { path };
      const before = (await trail()).length;
      const answer = await world.client.get(call.path, { token: admin.token });
      expect([name, answer.status]).toEqual([name, 200]);
      const rows = await since(before);
      expect([name, rows.length]).toEqual([name, 1]);
      expect(rows[0]).toMatchObject({ actor_id: admin.id, route: name, outcome: 'done' });
    }
  });

  test('recipes are of routes that exist', () => {
    const names = adminRoutes().map(({ method, path }) => `${method} ${path}`);
    expect(Object.keys(recipes).filter((name) => !names.includes(name))).toEqual([]);
  });
});

describe('calls that do nothing', () => {
  test('strangers, members and malformed bodies leave no row', async () => {
    const before = (await trail()).length;
    const body = { name: 'x', slug: 'x' };
    expect((await world.client.post('/tags', body)).status).toBe(401);
    expect((await world.client.post('/tags', body, { token: member.token })).status).toBe(403);
    expect((await world.client.post('/tags', { name: 5 }, { token: admin.token })).status).toBe(422);
    expect(await since(before)).toHaveLength(0);
  });

  test('what a service refuses stays an attempt', async () => {
    const before = (await trail()).length;
    // NUL is no character that Postgres stores.
    expect((await world.client.delete('/tags/a%00b', { token: admin.token })).status).toBe(400);
    expect((await since(before)).map(({ target }) => target)).toEqual(['ab']);
    const id = crypto.randomUUID();
    const answer = await world.client.delete(`/tags/${id}`, { token: admin.token });
    expect(answer.status).toBe(404);
    expect(await since(before + 1)).toEqual([
      expect.objectContaining({ route: 'DELETE /tags/:id', target: id, outcome: 'attempted', action: null }),
    ]);
  });
});

describe('the row and the act', () => {
  test('an act that is rolled back leaves no row, and an opened one stays an attempt', async () => {
    const before = (await trail()).length;
    const actor = { kind: 'member', userId: admin.id, sessionId: 's', isAdmin: true } as const;
    const failing = withTx(world.ctx.db, async (tx) => {
      await audit(tx, actor, { action: 'test.fails' });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await since(before)).toHaveLength(0);
  });

  test('two notes of one request are one row; long values are cut', async () => {
    const [opened] = await sql`insert into admin_audit (id, actor_id, route, target, outcome)
      values (gen_random_uuid(), ${admin.id}, 'PUT /x/:id', 'first', 'attempted') returning id`;
    const actor = { kind: 'member', userId: admin.id, sessionId: 's', isAdmin: true, auditId: opened?.id } as const;
    await withTx(world.ctx.db, async (tx) => {
      await audit(tx, actor, { action: 'test.first', details: { a: 1 } });
      await audit(tx, actor, { action: 'test.second', details: { b: '나'.repeat(900) } });
    });
    const [row] = await sql`select * from admin_audit where id = ${opened?.id}`;
    expect(row).toMatchObject({ action: 'test.second', target: 'first', outcome: 'done', route: 'PUT /x/:id' });
    expect(row?.details).toEqual({ a: 1, b: '나'.repeat(200) });
  });

  test('owners’ own acts are none', async () => {
    const before = (await trail()).length;
    const owner = { kind: 'member', userId: member.id, sessionId: 's', isAdmin: false } as const;
    await withTx(world.ctx.db, (tx) => auditUnlessOwn(tx, owner, member.id, { action: 'test.own' }));
    expect(await since(before)).toHaveLength(0);
  });

  test('administrators’ acts by members’ routes leave a row: visibility, comments, pictures', async () => {
    const { id } = await makeCharacter(world, member);
    const before = (await trail()).length;
    const own = await world.client.patch(
      `/characters/${id}/toggle-public`,
      { is_public: true },
      { token: member.token },
    );
    expect(own.status).toBe(200);
    expect(await since(before)).toHaveLength(0);
    const comment = await world.client.post(
      `/characters/${id}/comments`,
      { content: 'SECRET TEXT' },
      { token: member.token },
    );
    await world.client.delete(`/characters/comments/${comment.body.id}`, { token: admin.token });
    await world.client.patch(`/characters/${id}/toggle-public`, { is_public: false }, { token: admin.token });
    const rows = await since(before);
    expect(rows.map(({ action, target, details, actor_id }) => ({ action, target, details, actor_id }))).toEqual([
      { action: 'comment.delete', target: comment.body.id, details: null, actor_id: admin.id },
      { action: 'character.visibility', target: id, details: { is_public: false }, actor_id: admin.id },
    ]);
    expect(JSON.stringify(rows)).not.toContain('SECRET');
  });

  test('and of stories: visibility by the story’s own route, comments', async () => {
    const [story] = await sql`insert into stories (id, creator_id, title, content)
      values (gen_random_uuid(), ${member.id}, 'T', 'SECRET TEXT') returning id`;
    const id: string = story?.id;
    const comment = await world.client.post(`/stories/${id}/comments`, { content: 'SECRET' }, { token: member.token });
    const before = (await trail()).length;
    expect((await world.client.put(`/stories/${id}`, { is_public: true }, { token: member.token })).status).toBe(200);
    expect(await since(before)).toHaveLength(0);
    await world.client.delete(`/stories/comments/${comment.body.id}`, { token: admin.token });
    await world.client.put(`/stories/${id}`, { is_public: false }, { token: admin.token });
    expect((await since(before)).map(({ action, target, details }) => ({ action, target, details }))).toEqual([
      { action: 'comment.delete', target: comment.body.id, details: null },
      { action: 'story.visibility', target: id, details: { is_public: false } },
    ]);
  });
});
