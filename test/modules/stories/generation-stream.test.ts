import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import postgres from 'postgres';
import { readEvents, textOf } from '../../harness/sse.ts';
import { createStoryWorld } from '../../harness/stories.ts';

let { world, start, status } = {} as Awaited<ReturnType<typeof createStoryWorld>>;
let sql: postgres.Sql;
beforeAll(async () => {
  ({ world, start, status } = await createStoryWorld());
  sql = postgres(world.stores.databaseUrl, { max: 2 });
});
afterAll(async () => {
  await sql.end();
  await world.close();
});

describe('the stream', () => {
  test('frames, order and text: meta, stages, episodes, preview, one final', async () => {
    const response = await start({
      prompt: 'A lighthouse keeper befriends a whale',
      keywords: ['storm'],
      genre: 'fantasy',
      target_chars: 3_000,
      chapters: 2,
      is_public: true,
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toContain('no-cache');
    const events = await readEvents(response);
    expect(events[0]).toMatchObject({ event: 'meta', data: { queue_position: 0 } });
    expect(events.filter(({ event }) => event === 'final' || event === 'error')).toEqual([events.at(-1) as never]);
    expect(events.filter(({ event }) => event === 'stage_start').map(({ data }) => data.label)).toEqual([
      'concept',
      'world',
      'characters',
      'body',
      'title',
    ]);
    const final = events.at(-1)?.data;
    expect(textOf(events)).toBe(final.content);
    expect(final).toMatchObject({ keywords: ['storm'], genre: 'fantasy' });
    expect([...final.title].length).toBeWithin(1, 21);
    expect(events.find(({ data }) => data.name === 'title_generation')?.data.result).toBe(final.title);
    expect(final.content.length).toBeWithin(2_400, 3_601);
    expect(final.content.match(/^## Chapter \d+$/gm)).toEqual(['## Chapter 1', '## Chapter 2']);
    expect(final.estimated_reading_time).toBe(Math.max(1, Math.round(final.content.length / 300)));
    const preview = events.filter(({ event }) => event === 'preview');
    expect(preview).toHaveLength(1);
    const before = events.slice(0, events.indexOf(preview[0] as never));
    expect(textOf(before)).toStartWith(preview[0]?.data.text);
    expect(preview[0]?.data.text.length).toBeWithin(200, 501);
    for (const { event, data } of events) if (event === 'episode') expect(data.delta.length).toBeWithin(1, 65);
    const ids = events.slice(1).map(({ id }) => Number(id?.split('-')[0]));
    expect(ids).toEqual(ids.map((_, i) => i + 1));
    const job = await status(events[0]?.data.job_id);
    expect(job).toMatchObject({
      status: 'done',
      content_so_far: final.content,
      preview_sent: true,
      final_result: final,
      cancelled: false,
      error_message: null,
    });
  });

  test.each([
    [{ prompt: '등대지기와 고래의 우정', length: 'short' }, 1_200, 1_801, /^## 제1장$/m],
    [{ keywords: ['robot', 'tea'], target_chars: 500, chapters: 1 }, 400, 601, /^## Chapter 1$/m],
    [{ prompt: 'A long road', target_chars: 30_000, chapters: 5 }, 24_000, 36_001, /^## Chapter 5$/m],
    [
      { prompt: 'Twenty letters', target_chars: 12_000, chapters: 20, length: null, tone: null, genre: null },
      9_600,
      14_401,
      /^## Chapter 20$/m,
    ],
  ])('%p is as long as asked', async (body, least, below, heading) => {
    const events = await readEvents(await start(body));
    const final = events.at(-1)?.data;
    expect(final.content.length).toBeWithin(least, below);
    expect(final.content).toMatch(heading);
  });

  test.each([
    [{}, 'generation.nothing_to_write'],
    [{ prompt: '   ', keywords: [' '] }, 'generation.nothing_to_write'],
    [{ prompt: 'x'.repeat(4_001) }, 'http.invalid'],
    [{ prompt: 'x', keywords: Array(11).fill('k') }, 'http.invalid'],
    [{ prompt: 'x', keywords: ['k'.repeat(51)] }, 'http.invalid'],
    [{ prompt: 'x', target_chars: 499 }, 'http.invalid'],
    [{ prompt: 'x', target_chars: 30_001 }, 'http.invalid'],
    [{ prompt: 'x', chapters: 0 }, 'http.invalid'],
    [{ prompt: 'x', chapters: 21 }, 'http.invalid'],
    [{ prompt: 'x', length: 'huge' }, 'http.invalid'],
    [{ prompt: 5 }, 'http.invalid'],
  ])('%p is a 422 before any stream, and no job', async (body, code) => {
    const [{ n: before } = { n: 0 }] = await sql`select count(*)::int as n from generation_jobs`;
    const response = await start(body);
    expect(response.status).toBe(422);
    expect(((await response.json()) as { code: string }).code).toBe(code);
    expect((await sql`select count(*)::int as n from generation_jobs`)[0]?.n).toBe(before);
  });
});

test('the job’s row exists before the first byte of its stream', async () => {
  const response = await start({ prompt: 'row first', target_chars: 500 });
  const [newest] = await sql`select * from generation_jobs order by created_at desc limit 1`;
  expect(newest?.status).toMatch(/queued|running|done/);
  await readEvents(response);
});
