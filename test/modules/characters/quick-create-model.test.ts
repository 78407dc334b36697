import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Llm } from '../../../src/llm/gateway.ts';
import { type Person, signUp } from '../../harness/people.ts';
import {
  endingAnswer,
  hang,
  makeWith,
  openingOf,
  QUICK,
  quickBody,
  scene,
  scriptedCharacterModel,
} from '../../harness/quick-create.ts';
import { readEvents } from '../../harness/sse.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
let person: Person;

beforeAll(async () => {
  world = await createWorld();
  person = await signUp(world);
});
afterAll(() => world.close());

const never = () => hang();
const make = (script: Parameters<typeof makeWith>[2], change: object = {}) => makeWith(world, person, script, change);

const failures: [string, unknown][] = [
  ['an error', new Error('down')],
  ['wrong JSON', 'no object'],
  ['an empty object', {}],
  ['a list', []],
  ['hanging', never],
];

describe('a soft stage that fails is filled', () => {
  const tasks = ['quick.world', 'quick.stats', 'quick.events', 'quick.details'];
  test.each(tasks.flatMap((task) => failures.map(([how, answer]) => [task, how, answer] as const)))(
    '%s: %s',
    async (task, _how, answer) => {
      const { made, stored, lock } = await make({ [task]: answer });
      expect([stored, lock]).toEqual([1, 0]);
      expect(made?.world_setting?.length).toBeGreaterThan(2_000);
      expect(openingOf(made).stat_settings.stats.length).toBeGreaterThan(0);
      expect(openingOf(made).turn_events).toHaveLength(10);
      expect(made?.personality).toContain('[관심사]');
      expect(made?.speech_style).toBeTruthy();
    },
  );
});

describe('without an opening or an ending there is no character', () => {
  const bad: [string, unknown][] = [
    ...failures.slice(0, 4),
    ['empty strings', { intro: '', first_line: '', title: '', base_condition: '', hint: '', epilogue: '' }],
    ['blank strings', { intro: ' \n', first_line: ' ', title: ' ', base_condition: ' ', hint: '', epilogue: ' ' }],
    [
      'talk about itself',
      { ...endingAnswer({ epilogue: `Sure! ${scene}` }), intro: `물론입니다 ${scene}`, first_line: '안녕' },
    ],
    [
      'the schema’s words',
      {
        intro: 'string',
        first_line: 'string',
        title: 'string',
        base_condition: 'string',
        hint: '',
        epilogue: 'string',
      },
    ],
  ];
  test.each(['opening', 'ending'].flatMap((stage) => bad.map(([how, answer]) => [stage, how, answer] as const)))(
    '%s: %s',
    async (stage, _how, answer) => {
      const { error, stored, lock, calls } = await make({ [`quick.${stage}`]: answer });
      expect([error?.status, error?.text('ko')]).toEqual([503, `quick_create_failed: ${stage}_generation_failed`]);
      expect([stored, lock]).toEqual([0, 0]);
      const tries = calls[`quick.${stage}`] ?? [];
      expect(tries.some(({ spare }) => spare)).toBeTrue();
    },
  );

  test.each(['opening', 'ending'])('%s that hangs is a 504, in time', async (stage) => {
    const begin = performance.now();
    const { error, stored, lock } = await make({ [`quick.${stage}`]: never });
    expect(performance.now() - begin).toBeLessThan(4_000);
    expect([error?.status, error?.text('en')]).toEqual([504, `quick_create_failed: ${stage}_generation_failed`]);
    expect([stored, lock]).toEqual([0, 0]);
  });

  test('one missing ending is enough to fail, and the others are told to stop', async () => {
    const { error, stored, calls } = await make({
      'quick.ending': (call: { facts: { order: number } }) => (call.facts.order === 2 ? new Error('no') : undefined),
      'quick.events': never,
    });
    expect([error?.status, stored]).toEqual([503, 0]);
    for (const { signal } of calls['quick.events'] ?? []) expect(signal.aborted).toBeTrue();
  });

  test('a request that failed may come again', async () => {
    const body = quickBody();
    expect((await make({ 'quick.opening': new Error('down') }, body)).stored).toBe(0);
    expect((await make({}, body)).stored).toBe(1);
  });
});

describe('over the route', () => {
  async function withModel<T>(llm: Llm, run: (client: World['client']) => Promise<T>): Promise<T> {
    const scripted = await createWorld({ stores: world.stores, overrides: { llm } });
    try {
      return await run(scripted.client);
    } finally {
      await Promise.all([scripted.ctx.db.close(), scripted.ctx.redis.close()]);
    }
  }

  test('the failed stage is the status and the detail, and in a stream its last event', async () => {
    const { llm } = scriptedCharacterModel(world.ctx.llm, { 'quick.ending': new Error('down') });
    await withModel(llm, async (client) => {
      const plain = await client.post(QUICK, quickBody(), { token: person.token });
      expect([plain.status, plain.body.detail]).toEqual([503, 'quick_create_failed: ending_generation_failed']);
      const headers = { accept: 'application/json;q=0.5, text/event-stream' };
      const stream = await client.open('POST', QUICK, { body: quickBody(), token: person.token, headers });
      const events = await readEvents(stream);
      expect(events.at(-1)).toEqual({
        event: 'error',
        data: { message: 'quick_create_failed: ending_generation_failed' },
      });
      expect(events.filter(({ event: name }) => name === 'stage_end').map(({ data }) => data.name)).toContain(
        'opening',
      );
    });
  });
});
