import { afterAll, beforeAll, expect, test } from 'bun:test';
import { signUp } from '../../harness/people.ts';
import { endingAnswer, QUICK, quickBody, scene } from '../../harness/quick-create.ts';
import { createWorld, type World } from '../../harness/world.ts';

type Asked = {
  model: string;
  messages: { content: string }[];
  response_format?: { json_schema: { schema: { properties: Record<string, unknown> } } };
};

const asked: Asked[] = [];
let endings = 0;

/** What a model might say to a request, by the keys it is asked for. */
function answerTo({ response_format: format }: Asked): string {
  const keys = Object.keys(format?.json_schema.schema.properties ?? {});
  if (keys.length === 0) return '세계는 넓고 밤은 길다. '.repeat(150);
  if (keys.includes('intro'))
    return `Here you are:\n\`\`\`json\n${JSON.stringify({ intro: scene, first_line: '왔구나, 기다렸어.' })}\n\`\`\``;
  if (keys.includes('epilogue')) {
    endings += 1;
    return JSON.stringify(
      endingAnswer({ title: `끝 ${endings}`, epilogue: `${endings}${'가나다라마바사'.charAt(endings)} `.repeat(99) }),
    );
  }
  return 'no JSON';
}

/** A model `main` that is down, and a fallback that streams. */
const upstream = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    const body = (await request.json()) as Asked;
    asked.push(body);
    if (body.model === 'main') return Response.json({ error: { message: 'no such model' } }, { status: 404 });
    const chunk = (delta: object, finish_reason: string | null = null) =>
      `data: ${JSON.stringify({ choices: [{ delta, finish_reason }] })}\n\n`;
    return new Response(`${chunk({ content: answerTo(body) })}${chunk({}, 'stop')}data: [DONE]\n\n`, {
      headers: { 'content-type': 'text/event-stream' },
    });
  },
});

let world: World;
beforeAll(async () => {
  const env = { LLM_BASE_URL: `${upstream.url}v1`, LLM_MODEL: 'main', LLM_FALLBACK_MODEL: 'spare', LLM_API_KEY: 'key' };
  world = await createWorld({ env });
});
afterAll(async () => {
  await world.close();
  await upstream.stop(true);
});

test('a character by an OpenAI-compatible server whose first model is down', async () => {
  const { token } = await signUp(world);
  const { status, body } = await world.client.post(QUICK, quickBody(), { token });
  expect(status).toBe(201);
  expect(body.world_setting).toContain('세계는 넓고 밤은 길다.');
  const [opening] = body.start_sets.items;
  expect(opening).toMatchObject({ intro: scene.trim(), firstLine: '왔구나, 기다렸어.' });
  expect(opening.ending_settings.endings.map(({ title }: { title: string }) => title).sort()).toEqual(['끝 1', '끝 2']);
  // What the model did not give is filled.
  expect(opening.turn_events).toHaveLength(10);
  expect(opening.stat_settings.stats.length).toBeGreaterThan(0);
  expect(new Set(asked.map(({ model }) => model))).toEqual(new Set(['main', 'spare']));
  for (const { messages } of asked.slice(0, 2)) expect(messages[1]?.content).toContain('서하린');
});
