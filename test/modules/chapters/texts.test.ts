import { afterAll, beforeAll, expect, test } from 'bun:test';
import { storyEpisodeSummaries, storySummaryProgress } from '../../../src/db/tables/chapters.ts';
import { newId } from '../../../src/lib/ids.ts';
import { chapterTexts, eachChapter, episodeSummaries } from '../../../src/modules/chapters/texts.ts';
import { signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { makeStory, putChapters } from './shelf.ts';

let world: World;
let creatorId: string;
beforeAll(async () => {
  world = await createWorld();
  creatorId = (await signUp(world)).id;
});
afterAll(() => world.close());

test('chapters come by number, within a range, and of their story alone', async () => {
  const storyId = await makeStory(world, creatorId);
  const other = await makeStory(world, creatorId);
  const shuffled = [7, 0, 50, 3, ...Array.from({ length: 40 }, (_, index) => 100 + index * 2)];
  const ids = await putChapters(world, storyId, shuffled);
  await putChapters(world, other, [1, 2, 3]);
  const sorted = shuffled.toSorted((a, b) => a - b);
  expect((await chapterTexts(world.ctx, storyId)).map(({ no }) => no)).toEqual(sorted);
  expect((await chapterTexts(world.ctx, storyId, { upTo: 50 })).map(({ no }) => no)).toEqual([0, 3, 7, 50]);
  expect(await chapterTexts(world.ctx, storyId, { upTo: 0 })).toEqual([
    { id: ids[1]!, no: 0, title: 'No. 0', content: 'Chapter 0.' },
  ]);
  const seen: number[] = [];
  for await (const { no } of eachChapter(world.ctx, storyId, { fromNo: 4, upToNo: 160 })) seen.push(no);
  expect(seen).toEqual(sorted.filter((no) => no >= 4 && no <= 160));
  expect(await chapterTexts(world.ctx, newId())).toEqual([]);
});

test('ten megabytes of chapters pass by a page at a time', async () => {
  const storyId = await makeStory(world, creatorId);
  const numbers = Array.from({ length: 210 }, (_, index) => index + 1);
  for (let at = 0; at < numbers.length; at += 30)
    await putChapters(world, storyId, numbers.slice(at, at + 30), (no) => `${no} `.padEnd(50_000, 'rain '));
  const pass = async () => {
    let chars = 0;
    let peakBytes = 0;
    for await (const { content } of eachChapter(world.ctx, storyId)) {
      chars += content.length;
      if (chars % 1_000_000 === 0) {
        Bun.gc(true);
        peakBytes = Math.max(peakBytes, process.memoryUsage().heapUsed);
      }
    }
    return { chars, peakBytes };
  };
  await pass();
  Bun.gc(true);
  const before = process.memoryUsage().heapUsed;
  const { chars, peakBytes } = await pass();
  expect(chars).toBe(10_500_000);
  expect(peakBytes - before).toBeLessThan(5_000_000);
});

test('summaries end where the reader is; one that is out of date is not shown', async () => {
  const storyId = await makeStory(world, creatorId);
  const ids = await putChapters(world, storyId, [1, 2, 3, 4]);
  await world.ctx.db.pool.insert(storyEpisodeSummaries).values(
    ids.map((chapterId, index) => ({
      id: newId(),
      storyId,
      chapterId,
      no: index + 1,
      shortBrief: `b${index + 1}`,
      anchorExcerpt: `e${index + 1}`,
      cumulativeSummary: `c${index + 1}`,
    })),
  );
  const summary = (no: number, cumulativeSummary: string | null = `c${no}`) => ({
    no,
    shortBrief: `b${no}`,
    anchorExcerpt: `e${no}`,
    cumulativeSummary,
  });
  expect(await episodeSummaries(world.ctx, storyId, { upTo: 3 })).toEqual([summary(1), summary(2), summary(3)]);
  expect(await episodeSummaries(world.ctx, storyId, { upTo: 3, limit: 2 })).toEqual([summary(2), summary(3)]);
  await world.ctx.db.pool.insert(storySummaryProgress).values({ storyId, staleFromNo: 3 });
  expect(await episodeSummaries(world.ctx, storyId, { upTo: 9, limit: 3 })).toEqual([
    summary(2),
    summary(3, null),
    summary(4, null),
  ]);
});
