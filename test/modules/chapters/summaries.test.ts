import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { withTx } from '../../../src/db/tx.ts';
import { languageOf } from '../../../src/lib/language.ts';
import { summariseChapters, summariseMissed } from '../../../src/modules/chapters/summarise.ts';
import { keepWritersOut } from '../../../src/modules/chapters/summary-queries.ts';
import { chapterTexts, episodeSummaries } from '../../../src/modules/chapters/texts.ts';
import { createChapter, deleteChapter, updateChapter } from '../../../src/modules/chapters/write.ts';
import { runJobs } from '../../harness/jobs.ts';
import { signUp } from '../../harness/people.ts';
import { until } from '../../harness/until.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { makeStory, putChapters } from './shelf.ts';

type Ctx = World['ctx'];
type Call = Parameters<Ctx['llm']['streamText']>[0];

let world: World;
let actor: { kind: 'member'; userId: string; sessionId: string; isAdmin: boolean };
let storyId: string;
beforeAll(async () => {
  world = await createWorld();
  actor = { kind: 'member', userId: (await signUp(world)).id, sessionId: '', isAdmin: false };
});
beforeEach(async () => {
  storyId = await makeStory(world, actor.userId);
});
afterAll(() => world.close());

const fixture = (name: string) => Bun.file(new URL(`../../fixtures/${name}.txt`, import.meta.url)).text();
const write = async (no: number, content: string) =>
  (await createChapter(world.ctx, actor, { story_id: storyId, no, content })).view.id;
const summaries = (upTo = 1_000) => episodeSummaries(world.ctx, storyId, { upTo });
const summarise = (ctx: Ctx = world.ctx) => summariseChapters(ctx, { storyId });
/** A chapter of its own, which nobody could make up. */
const mark = (no: number, take = 'a') => `MARK${no}${take}`;
const marked = (no: number, take = 'a') =>
  `${mark(no, take)} came in the rain. ${`The keeper looked at ${mark(no, take)} for a long time. `.repeat(20)}`;

/** A model that tells a chapter by its mark, and that the test can stop. */
function model(before: (call: Call, nth: number) => void | Promise<void> = () => undefined) {
  const calls: Call['task'][] = [];
  const ctx: Ctx = {
    ...world.ctx,
    llm: {
      ...world.ctx.llm,
      async *streamText(call, signal) {
        calls.push(call.task);
        await before(call, calls.length);
        yield* world.ctx.llm.streamText(call, signal);
      },
    },
  };
  return { ctx, calls };
}

/** What must hold at any time: each summary tells its chapter as it is now, and nothing of later ones. */
async function expectTrue(takes: Record<number, string>) {
  const rows = await summaries();
  expect(rows.map(({ no }) => no)).toEqual(Object.keys(takes).map(Number));
  for (const { no, shortBrief, anchorExcerpt, cumulativeSummary } of rows) {
    expect(shortBrief).toContain(mark(no, takes[no]));
    expect(anchorExcerpt).toContain(mark(no, takes[no]));
    const told = [shortBrief, anchorExcerpt, cumulativeSummary].join(' ').match(/MARK\d+[a-z]+/g) ?? [];
    for (const found of told) {
      const [, number = '', take] = /MARK(\d+)([a-z]+)/.exec(found) ?? [];
      expect(Number(number)).toBeLessThanOrEqual(no);
      expect(take).toBe(takes[Number(number)] as string);
    }
    expect(cumulativeSummary).toContain(mark(no, takes[no]));
    expect(shortBrief.length).toBeLessThanOrEqual(400);
    expect(anchorExcerpt.length).toBeLessThanOrEqual(600);
    expect(cumulativeSummary?.length).toBeLessThanOrEqual(2_000);
  }
}

test.each(['lucky-day.ko', 'alice-in-wonderland.en'])('%s, chapter by chapter', async (name) => {
  const text = await fixture(name);
  const length = Math.floor(Math.min(text.length, 40_000) / 8);
  for (let no = 1; no <= 8; no += 1) await write(no, text.slice((no - 1) * length, no * length));
  await runJobs(world);
  const rows = await summaries();
  expect(rows.map(({ no }) => no)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  const texts = await chapterTexts(world.ctx, storyId);
  for (const [index, row] of rows.entries()) {
    expect(row.shortBrief.length).toBeWithin(100, 401);
    expect(row.anchorExcerpt.length).toBeWithin(100, 601);
    expect(row.cumulativeSummary?.length).toBeWithin(100, 2_001);
    expect(languageOf(row.cumulativeSummary ?? '')).toBe(languageOf(text));
    expect(texts[index]?.content.replace(/\s+/g, ' ')).toContain(row.anchorExcerpt.replace(/…$/, ''));
  }
  expect(rows[1]?.cumulativeSummary).toBe(`${rows[0]?.shortBrief}\n${rows[1]?.shortBrief}`);
  expect(rows[7]?.cumulativeSummary).toContain(rows[7]?.shortBrief as string);
});

describe('a change', () => {
  test('of a chapter is told again, and the story after it; the other chapters are not read again', async () => {
    const ids: string[] = [];
    for (let no = 1; no <= 12; no += 1) ids.push(await write(no, marked(no)));
    await runJobs(world);
    const takes: Record<number, string> = Object.fromEntries(ids.map((_, index) => [index + 1, 'a']));
    await expectTrue(takes);

    await updateChapter(world.ctx, actor, ids[4] ?? '', { content: marked(5, 'b') });
    // Until then: nothing of the old text, and no story that may have it.
    const between = await summaries();
    expect(JSON.stringify(between.filter(({ no }) => no >= 5))).not.toContain(mark(5));
    expect(between.map(({ cumulativeSummary }) => cumulativeSummary !== null)).toEqual([
      ...Array(4).fill(true),
      ...Array(7).fill(false),
    ]);
    const { ctx, calls } = model();
    await summarise(ctx);
    expect(calls.filter((task) => task === 'chapter.summary')).toHaveLength(1);
    await expectTrue({ ...takes, 5: 'b' });

    await deleteChapter(world.ctx, actor, ids[2] ?? '');
    const { 3: _gone, ...left } = takes;
    await summarise(ctx);
    expect(calls.filter((task) => task === 'chapter.summary')).toHaveLength(1);
    await expectTrue({ ...left, 5: 'b' });

    await write(3, marked(3, 'c'));
    await summarise(ctx);
    expect(calls.filter((task) => task === 'chapter.summary')).toHaveLength(2);
    await expectTrue({ ...takes, 3: 'c', 5: 'b' });
    // A new title is no new text.
    await updateChapter(world.ctx, actor, ids[0] ?? '', { title: 'New' });
    await summarise(ctx);
    expect(calls.filter((task) => task === 'chapter.summary')).toHaveLength(2);
  });

  test('while a chapter is being told wins: what is kept is of the text as it is', async () => {
    const ids: string[] = [];
    for (let no = 1; no <= 4; no += 1) ids.push(await write(no, marked(no)));
    const { ctx } = model(async (_, nth) => {
      if (nth === 1) await updateChapter(world.ctx, actor, ids[0] ?? '', { content: marked(1, 'b') });
      if (nth === 3) await write(0, marked(0));
      if (nth === 5) await deleteChapter(world.ctx, actor, ids[2] ?? '');
    });
    await summarise(ctx);
    await summarise(ctx);
    await expectTrue({ 0: 'a', 1: 'b', 2: 'a', 4: 'a' });
  });

  test('waits while a summary is being kept, whatever it changes', async () => {
    const [first = '', second = ''] = [await write(1, marked(1)), await write(2, marked(2))];
    const waiting = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    for (const change of [
      () => updateChapter(world.ctx, actor, first, { content: marked(1, 'b') }),
      () => write(3, marked(3)),
      () => deleteChapter(world.ctx, actor, second),
    ]) {
      let done = false;
      const changed = await withTx(world.ctx.db, async (tx) => {
        await keepWritersOut(tx, storyId);
        const changing = change().then(() => {
          done = true;
        });
        await until(async () => done || (await world.ctx.db.pool.execute(waiting)).length > 0);
        expect(done).toBe(false);
        return { changing };
      });
      await changed.changing;
    }
    await summarise();
    await expectTrue({ 1: 'b', 3: 'a' });
  });

  test('of many at once, told by many jobs at once', async () => {
    const ids: string[] = [];
    for (let no = 1; no <= 6; no += 1) ids.push(await write(no, marked(no)));
    const takes: Record<number, string> = {};
    await Promise.all([
      ...ids.map((id, index) => {
        takes[index + 1] = 'b';
        return updateChapter(world.ctx, actor, id, { content: marked(index + 1, 'b') });
      }),
      ...[7, 8, 9].map((no) => {
        takes[no] = 'a';
        return write(no, marked(no));
      }),
      summarise(),
      summarise(),
      summarise(),
    ]);
    await summarise();
    await expectTrue(takes);
  });
});

test('a job that is killed is gone on with: no chapter is told twice', async () => {
  for (let no = 1; no <= 5; no += 1) await write(no, marked(no));
  const { ctx, calls } = model((_, nth) => {
    if (nth === 3) throw new Error('killed');
  });
  await expect(summarise(ctx)).rejects.toThrow('killed');
  expect((await summaries()).map(({ no }) => no)).toEqual([1, 2]);
  await summarise(ctx);
  expect(calls).toHaveLength(6);
  await expectTrue({ 1: 'a', 2: 'a', 3: 'a', 4: 'a', 5: 'a' });
});

test('a story whose job used up its tries is taken up again; one that has chapters from before is told from its first', async () => {
  await putChapters(world, storyId, [1, 2], marked);
  await write(3, marked(3));
  await world.ctx.db.pool.execute(sql`
    update graphile_worker._private_jobs set attempts = max_attempts, last_error = 'no model'
    where key = ${`chapters.summarise:${storyId}`}`);
  await runJobs(world);
  expect(await summaries()).toEqual([]);
  await summariseMissed(world.ctx);
  await runJobs(world);
  await expectTrue({ 1: 'a', 2: 'a', 3: 'a' });
  await summariseMissed(world.ctx);
  const waiting = await world.ctx.db.pool.execute(
    sql`select 1 from graphile_worker.jobs where key = ${`chapters.summarise:${storyId}`}`,
  );
  expect(waiting).toHaveLength(0);
});

test('a long story is told in several jobs; one that is gone is told by none', async () => {
  const numbers = Array.from({ length: 59 }, (_, index) => index + 1);
  await putChapters(world, storyId, numbers, (no) => `Day ${no}. It rained.`);
  await write(0, 'Day 0. It rained.');
  await summarise();
  expect(await summaries()).toHaveLength(50);
  await runJobs(world);
  expect(await summaries()).toHaveLength(60);
  expect((await summaries()).at(-1)?.cumulativeSummary).toContain('Day 59.');
  await world.ctx.db.pool.execute(sql`delete from stories where id = ${storyId}`);
  await summarise();
  const [left] = await world.ctx.db.pool.execute(sql`
    select (select count(*) from story_episode_summaries where story_id = ${storyId})
      + (select count(*) from story_summary_progress where story_id = ${storyId}) as n`);
  expect(Number(left?.n)).toBe(0);
});
