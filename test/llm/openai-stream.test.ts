import { afterEach, describe, expect, test } from 'bun:test';
import { chunk, event, raw, refuse, say, sayThen } from './scripted-openai.ts';
import { limits, open, stopServers } from './scripted-provider.ts';

afterEach(stopServers);

describe('a good stream', () => {
  test('gives its pieces in order and asks for what the call says', async () => {
    const { read, seen } = await open([say('Once ', 'upon ', 'a time.')]);
    const { pieces, error } = await read({ maxTokens: 77, temperature: 0.4 });
    expect(error).toBeUndefined();
    expect(pieces).toEqual(['Once ', 'upon ', 'a time.']);
    expect(seen[0]?.body).toEqual({
      model: 'main',
      stream: true,
      messages: [{ role: 'user', content: 'a clock' }],
      max_tokens: 77,
      temperature: 0.4,
    });
    expect(seen[0]?.headers.authorization).toBe('Bearer key');
  });

  test('keeps a character whole that arrives in two pieces', async () => {
    const bytes = new TextEncoder().encode(chunk('시계탑 🕰'));
    const cut = bytes.indexOf(0xec) + 1;
    const { read } = await open([raw([bytes.slice(0, cut), bytes.slice(cut), chunk(undefined, 'stop')])]);
    expect((await read()).text).toBe('시계탑 🕰');
  });

  test('takes reaching the token limit for a normal end, and chunks without choices for nothing', async () => {
    const { read } = await open([raw([chunk('Once'), event({ choices: [], usage: {} }), chunk('', 'length')])]);
    const { text, error } = await read();
    expect({ text, error }).toEqual({ text: 'Once', error: undefined });
  });
});

test('a finished answer is whole although its stream stays open', async () => {
  const { read, seen } = await open([raw([chunk('Once.'), chunk(undefined, 'stop')], 'hang')]);
  const { text, error } = await read({ limits: { ...limits, betweenTokensMs: 30 } });
  expect({ text, error }).toEqual({ text: 'Once.', error: undefined });
  await seen[0]?.left;
});

describe('before the first token', () => {
  test('waits as long as Retry-After asks, then tries again', async () => {
    const { read, waits, seen } = await open([refuse(429, {}, { 'retry-after': '7' }), say('ok')]);
    expect((await read()).text).toBe('ok');
    expect(seen).toHaveLength(2);
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThanOrEqual(7_000);
    expect(waits[0]).toBeLessThan(7_500);
  });

  test('backs off more each time, at most twice, then gives up', async () => {
    const { read, waits, seen } = await open([refuse(500), refuse(503), refuse(502), say('too late')]);
    const { text, error } = await read();
    expect({ text, code: error?.code, status: error?.status }).toEqual({
      text: '',
      code: 'llm.unavailable',
      status: 503,
    });
    expect(seen).toHaveLength(3);
    expect(waits).toHaveLength(2);
    expect(waits[0]).toBeWithin(250, 501);
    expect(waits[1]).toBeWithin(500, 1_001);
  });

  test('asks the fallback model once when the first one is spent', async () => {
    const { read, seen } = await open([refuse(500), refuse(500), refuse(500), say('spare')], 'spare-model');
    expect((await read()).text).toBe('spare');
    expect(seen.map(({ body }) => body.model)).toEqual(['main', 'main', 'main', 'spare-model']);
  });

  test('asks the fallback model from the start for a second try of its caller', async () => {
    const { read, seen } = await open([refuse(500), say('spare')], 'spare-model');
    expect((await read({ spare: true })).text).toBe('spare');
    expect(seen.map(({ body }) => body.model)).toEqual(['spare-model', 'spare-model']);
    const alone = await open([say('main')]);
    expect((await alone.read({ spare: true })).text).toBe('main');
    expect(alone.seen.map(({ body }) => body.model)).toEqual(['main']);
  });

  test('does not try the fallback model twice', async () => {
    const { read, seen } = await open([refuse(500)], 'spare-model');
    expect((await read()).error?.code).toBe('llm.unavailable');
    expect(seen).toHaveLength(4);
  });

  test('does not wait for minutes: the answer says when to come back', async () => {
    const { read, waits, seen } = await open([refuse(429, {}, { 'retry-after': '90' })]);
    const { error } = await read();
    expect(error).toMatchObject({ code: 'llm.unavailable', options: { retryAfterSeconds: 90 } });
    expect({ waits, requests: seen.length }).toEqual({ waits: [], requests: 1 });
  });

  test.each([
    ['402', refuse(402)],
    ['429 insufficient_quota', refuse(429, { code: 'insufficient_quota' }, { 'retry-after': '1' })],
    ['401', refuse(401)],
    ['400', refuse(400)],
  ])('never repeats %s', async (_, script) => {
    const { read, seen } = await open([script, say('no')], 'spare-model');
    expect((await read()).error?.code).toBe('llm.unavailable');
    expect(seen).toHaveLength(1);
  });

  test('an unknown model goes to the fallback at once', async () => {
    const { read, seen, waits } = await open([refuse(404), say('spare')], 'spare-model');
    expect((await read()).text).toBe('spare');
    expect({ requests: seen.length, waits }).toEqual({ requests: 2, waits: [] });
  });

  test.each([
    ['an error event in a stream that began with 200', raw([event({ error: { message: 'x', code: 529 } })])],
    ['a stream that ends at once', raw([])],
    ['an answer that is no stream', (response) => void response.end('<html>gateway</html>')],
    ['garbage', raw(['data: {"choices": [{"del\n\n'])],
    ['JSON that is no chunk', raw([event({ hello: 'world' })])],
    ['an empty answer', say('')],
    ['a lost connection', sayThen('disconnect')],
  ])('tries again after %s', async (_, script) => {
    const { read, seen } = await open([script, say('ok')]);
    expect((await read()).text).toBe('ok');
    expect(seen).toHaveLength(2);
  });

  test('a server that is not there is tried three times', async () => {
    const { read, stop, waits } = await open([say('never')]);
    await stop();
    expect((await read()).error?.code).toBe('llm.unavailable');
    expect(waits).toHaveLength(2);
  });

  test('options that a model does not know are left out from then on', async () => {
    const unknown = (param: string) => refuse(400, { code: 'unsupported_parameter', param });
    const { read, seen } = await open([unknown('max_tokens'), unknown('temperature'), say('one')]);
    expect((await read({ maxTokens: 9, temperature: 0.2 })).text).toBe('one');
    expect((await read({ maxTokens: 9, temperature: 0.2 })).text).toBe('one');
    expect(seen).toHaveLength(4);
    expect(seen[3]?.body).toMatchObject({ max_completion_tokens: 9 });
    expect(seen[3]?.body).not.toHaveProperty('temperature');
    expect(seen[3]?.body).not.toHaveProperty('max_tokens');
  });
});
