import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { eventsOf, readEvents, textOf } from '../../harness/sse.ts';
import { createStoryWorld } from '../../harness/stories.ts';
import { until } from '../../harness/until.ts';

let { world, start, follow, scriptedInstance } = {} as Awaited<ReturnType<typeof createStoryWorld>>;
beforeAll(async () => {
  ({ world, start, follow, scriptedInstance } = await createStoryWorld());
});
afterAll(async () => {
  await world.close();
});

describe('resuming', () => {
  test('cut after every k-th event and resumed on a second instance: the identical text', async () => {
    const { client: second } = await world.secondInstance();
    const whole = await readEvents(await start({ prompt: 'The whale and the storm', target_chars: 500, chapters: 1 }));
    const id = whole[0]?.data.job_id;
    for (let k = 1; k < whole.length; k++) {
      const first = await readEvents(await follow(id), { limit: k });
      const rest = await readEvents(await follow(id, first.at(-1)?.id, second));
      expect([...first, ...rest.slice(1)]).toEqual(whole);
    }
  });

  test('cut while it is written, at random places, on changing instances', async () => {
    const { client: second } = await world.secondInstance();
    const model = await scriptedInstance();
    const { writer } = model;
    const pieces = Array.from({ length: 40 }, (_, i) => `Sentence ${i} of the 고래 story 🐋 goes on. `);
    const opened = await start({ prompt: 'x', target_chars: 1_600, chapters: 1 }, { client: writer.client });
    const told: string[] = [];
    let last: string | undefined;
    let id = '';
    const stream = eventsOf(opened);
    for (const [i, piece] of pieces.entries()) {
      model.say(piece);
      if (i > 0) continue;
      for await (const event of stream) {
        if (event.event === 'meta') id = event.data.job_id;
        last = event.id ?? last;
        if (event.event === 'episode') {
          told.push(event.data.delta);
          break;
        }
      }
    }
    model.end();
    for (let hop = 0; ; hop++) {
      const events = await readEvents(await follow(id, last, hop % 2 ? second : world.client), { limit: 4 });
      told.push(textOf(events));
      last = events.at(-1)?.id ?? last;
      const final = events.find(({ event }) => event === 'final');
      if (final) {
        expect(told.join('')).toBe(final.data.content);
        break;
      }
    }
    await writer.ctx.background.values().next().value;
  });

  test('Redis flushed in the middle: readers go on from Postgres, the text is whole', async () => {
    const model = await scriptedInstance();
    const { writer } = model;
    const opened = await start({ prompt: 'flushed', target_chars: 1_000, chapters: 1 }, { client: writer.client });
    const events: Awaited<ReturnType<typeof readEvents>> = [];
    const reading = (async () => {
      for await (const event of eventsOf(opened)) events.push(event);
    })();
    model.say('It began before the flood. '.repeat(10));
    await until(() => textOf(events).includes('before the flood. It'));
    await world.ctx.redis.commands.flushdb();
    model.say('It went on after the flood. '.repeat(10));
    model.say('And so it ended well for everybody in the whole wide story, and all were glad. '.repeat(5));
    model.end();
    await reading;
    const final = events.at(-1);
    expect(final?.event).toBe('final');
    expect(textOf(events)).toBe(final?.data.content);
    await world.ctx.redis.commands.flushdb();
    const again = await readEvents(await follow(events[0]?.data.job_id));
    expect(textOf(again)).toBe(final?.data.content);
    expect(again.at(-1)?.event).toBe('final');
  }, 20_000);

  test('a Last-Event-ID of nobody starts from the beginning', async () => {
    const whole = await readEvents(await start({ prompt: 'again', target_chars: 500 }));
    expect(await readEvents(await follow(whole[0]?.data.job_id, 'nonsense'))).toEqual(whole);
  });
});
