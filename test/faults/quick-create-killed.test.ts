import { afterAll, beforeAll, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { signUp } from '../harness/people.ts';
import { startApi } from '../harness/processes.ts';
import { QUICK, quickBody } from '../harness/quick-create.ts';
import { until } from '../harness/until.ts';
import { createWorld, type World } from '../harness/world.ts';
import { startScriptedOpenAi } from '../llm/scripted-openai.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

test('a killed API holds a request id no longer than its lock lives, and leaves nothing of the character', async () => {
  const { id, token } = await signUp(world);
  // A model that is asked and never answers.
  const model = await startScriptedOpenAi(() => new Promise(() => undefined));
  const api = await startApi(world.stores, { LLM_BASE_URL: model.baseUrl, LLM_MODEL: 'silent' });
  const body = quickBody();
  const lock = `quick-create-30s:${id}:${body.request_id}:lock`;
  try {
    const asked = api.client.post(QUICK, body, { token }).catch(() => 'connection lost');
    await until(() => model.seen.length > 0, { what: 'the model to be asked' });
    await api.kill();
    expect(await asked).toBe('connection lost');
    const held = await world.client.post(QUICK, body, { token });
    expect([held.status, held.body.code]).toEqual([409, 'quick_create.in_flight']);
    // Nobody renews it any more: it ends by itself. We do not wait for that, but see to it that it will.
    const leftMs = await world.ctx.redis.commands.pttl(lock);
    expect(leftMs).toBeGreaterThan(0);
    expect(leftMs).toBeLessThanOrEqual(45_000);
    await world.ctx.redis.commands.pexpire(lock, 1);
    const again = await until(
      async () => {
        const answer = await world.client.post(QUICK, body, { token });
        return answer.status === 409 ? undefined : answer;
      },
      { what: 'the request id to be free' },
    );
    expect(again.status).toBe(201);
    expect((await world.client.post(QUICK, body, { token })).body).toEqual(again.body);
    const made = await world.ctx.db.pool.execute(sql`select id from characters where creator_id = ${id}`);
    expect([...made]).toEqual([{ id: again.body.id }]);
  } finally {
    await api.kill();
    await model.stop();
  }
}, 60_000);
