import { afterEach, describe, expect, test } from 'bun:test';
import { chunk, event, hang, raw, refuse, type Script, say, sayThen, turn } from './scripted-openai.ts';
import { call, limits, model, open, stopServers } from './scripted-provider.ts';

afterEach(stopServers);

describe('after the first token nothing is repeated', () => {
  test.each([
    ['an error event', raw([chunk('Once'), event({ error: { message: 'overloaded', code: 529 } })]), 'llm.unavailable'],
    ['a cut stream', sayThen('close', 'Once'), 'llm.unavailable'],
    ['garbage', raw([chunk('Once'), 'data: }{\n\n']), 'llm.bad_output'],
    ['a content filter', raw([chunk('Once'), chunk(undefined, 'content_filter')]), 'llm.bad_output'],
    ['an error as finish reason', raw([chunk('Once'), chunk(undefined, 'error')]), 'llm.unavailable'],
  ])('%s ends the call', async (_, script, code) => {
    const { read, seen } = await open([script, say('again')], 'spare-model');
    const { text, error } = await read();
    expect({ text, code: error?.code, requests: seen.length }).toEqual({ text: 'Once', code, requests: 1 });
  });

  test('a lost connection ends the call', async () => {
    let drop = () => {};
    const { provider, seen } = await open([
      async (response) => {
        drop = () => void response.destroy();
        await sayThen('hang', 'Once')(response);
      },
      say('again'),
    ]);
    const read = async () => {
      // Only now: a reset may overtake what was sent before it.
      for await (const _ of provider.streamText({ ...call, limits }, model, new AbortController().signal)) drop();
    };
    expect(await read().catch((error) => error)).toMatchObject({ code: 'llm.unavailable' });
    expect(seen).toHaveLength(1);
  });

  test('silence ends the call', async () => {
    const { read, seen } = await open([sayThen('hang', 'Once')], 'spare-model');
    const { text, error } = await read({ limits: { ...limits, betweenTokensMs: 30 } });
    expect({ text, code: error?.code, status: error?.status }).toEqual({
      text: 'Once',
      code: 'llm.timeout',
      status: 504,
    });
    await seen[0]?.left;
    expect(seen).toHaveLength(1);
  });

  test('a slow reader is not silence of the model', async () => {
    const { provider } = await open([say('one ', 'two')]);
    let text = '';
    const slow = { ...call, limits: { ...limits, betweenTokensMs: 40 } };
    for await (const piece of provider.streamText(slow, model, new AbortController().signal)) {
      text += piece;
      const until = performance.now() + 60;
      while (performance.now() < until) await turn();
    }
    expect(text).toBe('one two');
  });
});

describe('time limits', () => {
  test('no first token: the fallback model, and no second try of the silent one', async () => {
    const { read, seen } = await open([hang, say('spare')], 'spare-model');
    expect((await read({ limits: { ...limits, firstTokenMs: 30 } })).text).toBe('spare');
    expect(seen.map(({ body }) => body.model)).toEqual(['main', 'spare-model']);
    await seen[0]?.left;
  });

  test('no first token and no fallback: a timeout', async () => {
    const { read, seen } = await open([hang]);
    const { error } = await read({ limits: { ...limits, firstTokenMs: 30 } });
    expect(error?.code).toBe('llm.timeout');
    await seen[0]?.left;
  });

  test('the whole call has one limit, waits included', async () => {
    const waitForEver = (_: number, signal: AbortSignal) =>
      new Promise<void>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const { read } = await open([refuse(503)], '', waitForEver);
    expect((await read({ limits: { totalMs: 40 } })).error?.code).toBe('llm.timeout');
  });

  test('a model that talks without end is stopped', async () => {
    const endless: Script = async (response) => {
      for (; !response.destroyed; await turn()) response.write(chunk('la '));
    };
    const { read, seen } = await open([endless]);
    const { text, error } = await read({ limits: { ...limits, totalMs: 80 } });
    expect(text).toStartWith('la la');
    expect(error?.code).toBe('llm.timeout');
    await seen[0]?.left;
  });
});

describe('leaving', () => {
  test('an abort reaches the upstream and comes back as the reason', async () => {
    const { provider, seen } = await open([sayThen('hang', 'Once')]);
    const stop = new AbortController();
    const reason = new Error('stopped by the user');
    const read = async () => {
      for await (const _ of provider.streamText({ ...call, limits }, model, stop.signal)) stop.abort(reason);
    };
    expect(await read().catch((error) => error)).toBe(reason);
    await seen[0]?.left;
    expect(seen).toHaveLength(1);
  });

  test('an abort before the first token, too', async () => {
    const stop = new AbortController();
    const { read, seen } = await open([
      async (response) => {
        stop.abort(new Error('gone'));
        await hang(response);
      },
    ]);
    expect((await read({}, stop.signal)).error).toBe(stop.signal.reason);
    await seen[0]?.left;
    expect(seen).toHaveLength(1);
  });

  test('a signal that is aborted already asks nobody', async () => {
    const { read, seen } = await open([say('no')]);
    expect((await read({}, AbortSignal.abort(new Error('early')))).error).toMatchObject({ message: 'early' });
    expect(seen).toHaveLength(0);
  });

  test('whoever stops reading ends the request', async () => {
    const { provider, seen } = await open([sayThen('hang', 'Once', 'more')]);
    for await (const _ of provider.streamText({ ...call, limits }, model, new AbortController().signal)) break;
    await seen[0]?.left;
  });
});

test('the log tells of failures without the words of prompt, answer or upstream', async () => {
  const { read, lines } = await open([refuse(500, { message: 'echo of a clock' }), sayThen('close', 'Once')]);
  await read();
  const log = lines.join('');
  expect(log).toContain('"reason":"the upstream answered 500"');
  expect(log).toContain('"reason":"the stream ended without a finish reason"');
  expect(log).not.toContain('clock');
  expect(log).not.toContain('Once');
});
