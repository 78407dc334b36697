import { afterEach, describe, expect, test } from 'bun:test';
import { Type } from 'typebox';
import { shapeOf } from '../../src/llm/shape.ts';
import type { ObjectCall } from '../../src/llm/tasks.ts';
import { hang, refuse, type Script, say, sayThen } from './scripted-openai.ts';
import { limits, model, open, stopServers, call as textCall } from './scripted-provider.ts';

afterEach(stopServers);

const Book = Type.Object({ title: Type.String({ maxLength: 20 }), pages: Type.Integer() });
const facts = { ...textCall.facts, concept: 'a clock', opening: 'Once' };
const call: ObjectCall<'story.title'> = { ...textCall, task: 'story.title', facts, limits };

async function produce(...scripts: [Script, ...Script[]]) {
  const opened = await open(scripts, 'spare-model');
  const signal = new AbortController().signal;
  const answer = await opened.provider.produce(call, model, shapeOf(Book), signal).then(
    (value) => ({ value, error: undefined }),
    (error: { code?: string }) => ({ value: undefined, error }),
  );
  return { ...opened, ...answer };
}

describe('an object', () => {
  test('is asked for by its schema, not strictly, and read from a stream', async () => {
    const { value, seen } = await produce(say('{"title":"The ', 'Clock","pages":3}'));
    expect(value).toEqual({ title: 'The Clock', pages: 3 });
    const format = seen[0]?.body.response_format;
    expect(format).toMatchObject({ type: 'json_schema', json_schema: { name: 'answer', strict: false } });
    expect(format?.json_schema.schema).toMatchObject({ type: 'object', required: ['title', 'pages'] });
    expect(format?.json_schema.schema).toMatchObject({ properties: { title: { type: 'string', maxLength: 20 } } });
  });

  test('loses unknown keys, and a number in quotes becomes one', async () => {
    const { value } = await produce(say('{"title":"T","pages":"12","mood":"dark"}'));
    expect(value).toEqual({ title: 'T', pages: 12 });
  });

  test('with mistakes is sent back once with the list of them', async () => {
    const bad = '{"title":"far longer than twenty characters","pages":1}';
    const { value, seen } = await produce(say(bad), say('{"title":"Shorter","pages":1}'));
    expect(value).toEqual({ title: 'Shorter', pages: 1 });
    expect(seen).toHaveLength(2);
    const [asked, answered, repair] = seen[1]?.body.messages ?? [];
    expect(asked).toEqual({ role: 'user', content: 'a clock' });
    expect(answered).toEqual({ role: 'assistant', content: bad });
    expect(repair?.content).toContain('/title must not have more than 20 characters');
  });

  test('that is wrong twice is an error', async () => {
    const { error, seen } = await produce(say('no JSON at all'), say('{"title":7}'), say('{"title":"T","pages":1}'));
    expect(error).toMatchObject({ code: 'llm.bad_output', status: 503 });
    expect(seen).toHaveLength(2);
  });

  test('is asked for in words where the model does not know response_format', async () => {
    const unknown = refuse(400, { message: 'This response_format type is unavailable now' });
    const { value, seen } = await produce(unknown, say('{"title":"T","pages":1}'));
    expect(value).toEqual({ title: 'T', pages: 1 });
    expect(seen[1]?.body).not.toHaveProperty('response_format');
    expect(seen[1]?.body.messages.at(-1)?.content).toContain('"maxLength":20');
  });

  test('cut off in the middle is an error, not half an object', async () => {
    const { error, seen } = await produce(sayThen('close', '{"title":"T",'));
    expect(error).toMatchObject({ code: 'llm.unavailable' });
    expect(seen).toHaveLength(1);
  });

  test('is retried like prose before anything came', async () => {
    const { value, waits } = await produce(refuse(503), say('{"title":"T","pages":1}'));
    expect(value).toEqual({ title: 'T', pages: 1 });
    expect(waits).toHaveLength(1);
  });

  test('has one time limit for asking and repairing', async () => {
    const { provider, seen } = await open([say('{}'), hang]);
    const brief = { ...call, limits: { ...limits, totalMs: 150 } };
    const produced = provider.produce(brief, model, shapeOf(Book), new AbortController().signal);
    expect(await produced.catch((error) => error)).toMatchObject({ code: 'llm.timeout' });
    await seen[1]?.left;
  });

  test('can be given up: the upstream is told', async () => {
    const stop = new AbortController();
    const { provider, seen } = await open([
      async (response) => {
        await hang(response);
        stop.abort(new Error('changed my mind'));
      },
    ]);
    const produced = provider.produce(call, model, shapeOf(Book), stop.signal);
    expect(await produced.catch((error) => error)).toBe(stop.signal.reason);
    await seen[0]?.left;
  });
});
