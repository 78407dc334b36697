import { sql } from 'drizzle-orm';
import type { Llm } from '../../../src/llm/gateway.ts';
import { extractCharacters } from '../../../src/modules/extraction/run.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';

export const JOBS = '/stories/extracted-characters/jobs';
export const gridOf = (storyId: string) => `/stories/${storyId}/extracted-characters`;

export const TALE = `Mira said that the lamp was out. "Who was it?" asked Joren. Mira looked at the sea. Joren nodded.
"It was the wind," said Mira. Captain Holt laughed. "The wind!" cried Captain Holt. Joren smiled, and Mira sighed.
Captain Holt turned to Mira. "We sail at dawn," said Captain Holt. Mira knew it. Joren asked Mira to stay.`;

/** A story with chapters, written past the routes of other rooms. */
export async function tellStory(
  world: World,
  owner: Person,
  chapters: string[] = [TALE],
  { isPublic = true, content = TALE, title = 'The Lamp' } = {},
): Promise<string> {
  const id = Bun.randomUUIDv7();
  const { pool } = world.ctx.db;
  await pool.execute(sql`
    insert into stories (id, creator_id, title, content, is_public) values (${id}, ${owner.id}, ${title}, ${content}, ${isPublic})`);
  for (const [at, text] of chapters.entries())
    await pool.execute(sql`insert into story_chapters (id, story_id, no, content)
      values (${Bun.randomUUIDv7()}, ${id}, ${at + 1}, ${text})`);
  return id;
}

export async function writeChapter(world: World, storyId: string, no: number, text: string): Promise<void> {
  await world.ctx.db.pool.execute(sql`insert into story_chapters (id, story_id, no, content)
    values (${Bun.randomUUIDv7()}, ${storyId}, ${no}, ${text})
    on conflict (story_id, no) do update set content = excluded.content`);
}

/** A world with one owner of stories. */
export async function createExtractionWorld(options: Parameters<typeof createWorld>[0] = {}) {
  const world = await createWorld(options);
  const owner = await signUp(world);
  const start = async (storyId: string): Promise<string> => {
    const answer = await world.client.post(`${gridOf(storyId)}/rebuild-async`, undefined, { token: owner.token });
    if (answer.status !== 200) throw new Error(`rebuild-async: ${answer.status} ${answer.text}`);
    return answer.body.job_id;
  };
  const status = async (jobId: string) => (await world.client.get(`${JOBS}/${jobId}`, { token: owner.token })).body;
  const grid = async (storyId: string, token: string | undefined = owner.token) =>
    (await world.client.get(gridOf(storyId), token === undefined ? {} : { token })).body;
  return {
    world,
    owner,
    start,
    status,
    grid,
    names: async (storyId: string): Promise<string[]> =>
      (await grid(storyId)).items.map((item: { name: string }) => item.name),
    /** Starts a search and runs it in this process. */
    async search(storyId: string) {
      const jobId = await start(storyId);
      await extractCharacters(world.ctx, { jobId });
      return { jobId, job: await status(jobId) };
    },
    /** What must hold of a story at any time: no character of it without a row, no row without a character. */
    async strays(storyId: string): Promise<{ orphans: number; empty: number; rows: number; doubled: number }> {
      const [row] = await world.ctx.db.pool.execute<Record<'orphans' | 'empty' | 'rows' | 'doubled', number>>(sql`select
        (select count(*)::int from characters c where c.origin_story_id = ${storyId}
          and not exists (select 1 from story_extracted_characters e where e.character_id = c.id)) as orphans,
        (select count(*)::int from story_extracted_characters e where e.story_id = ${storyId} and e.character_id is null) as empty,
        (select count(*)::int from story_extracted_characters e where e.story_id = ${storyId}) as rows,
        (select count(*)::int - count(distinct character_id)::int from story_extracted_characters e where e.story_id = ${storyId}) as doubled`);
      return row as { orphans: number; empty: number; rows: number; doubled: number };
    },
    live: async (storyId: string): Promise<number> => {
      const [row] = await world.ctx.db.pool.execute<{ n: number }>(sql`
        select count(*)::int as n from extraction_jobs where story_id = ${storyId} and status in ('queued', 'running')`);
      return row?.n ?? 0;
    },
  };
}

/** A model that reads a window only when the test lets it, and counts what it read; the rest is the offline one. */
function gatedModel(real: Llm) {
  const waiting: (() => void)[] = [];
  const windows: string[] = [];
  const aborted = { count: 0 };
  let open = 0;
  const llm: Llm = {
    ...real,
    async produce(call, schema, signal) {
      if (call.task !== 'extract.window') return real.produce(call, schema, signal);
      windows.push(call.facts.text);
      if (open > 0) open -= 1;
      else
        await new Promise<void>((resolve, reject) => {
          waiting.push(resolve);
          signal.addEventListener(
            'abort',
            () => {
              aborted.count += 1;
              reject(signal.reason);
            },
            { once: true },
          );
        });
      return real.produce(call, schema, signal);
    },
  };
  /** Lets so many windows be read, those that wait first. */
  const allow = (count: number) => {
    for (let n = 0; n < count; n += 1) {
      const next = waiting.shift();
      if (next) next();
      else open += 1;
    }
  };
  return { llm, windows, aborted, allow };
}

/** Enough text for several windows, in which somebody else acts each time. */
export function longTale(windows: number): string[] {
  const filler = 'The tide came in and went out again over the grey stones of the harbour. '.repeat(70);
  return Array.from({ length: windows }, (_, n) => {
    const name = ['Mira', 'Joren', 'Tobin', 'Elsa', 'Holt'][n % 5] as string;
    return `${name} said that it was late. "Come," said ${name}. ${name} looked at the sea. ${filler}`;
  });
}

/** A worker in this process whose model the test holds; `opened` is closed by the test. */
export async function gatedWorker(home: World, opened: World[]) {
  const { llm, windows, aborted, allow } = gatedModel(home.ctx.llm);
  const world = await sharing(home, { overrides: { llm } });
  opened.push(world);
  return { windows, aborted, allow, run: (jobId: string) => extractCharacters(world.ctx, { jobId }) };
}

/** Another process over the same stores, which outlive it. */
export function sharing(home: World, options: Parameters<typeof createWorld>[0] = {}): Promise<World> {
  return createWorld({ ...options, stores: { ...home.stores, drop: async () => undefined } });
}
