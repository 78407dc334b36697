import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { type Person, signUp } from '../../harness/people.ts';
import { endingAnswer, hang, long, makeWith, openingOf, scene } from '../../harness/quick-create.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
let person: Person;

beforeAll(async () => {
  world = await createWorld();
  person = await signUp(world);
});
afterAll(() => world.close());

const make = (script: Parameters<typeof makeWith>[2]) => makeWith(world, person, script);

describe('repair', () => {
  test('the second try goes to the fallback model and may succeed', async () => {
    const once = (_call: unknown, tries: number) => (tries === 1 ? new Error('down') : undefined);
    const { stored, calls } = await make({ 'quick.opening': once, 'quick.stats': once, 'quick.world': once });
    expect(stored).toBe(1);
    for (const task of ['quick.opening', 'quick.stats', 'quick.world'])
      expect(calls[task]?.map(({ spare }) => spare)).toEqual([false, true]);
  });

  test('ten times too long is cut after a full sentence', async () => {
    const { made, stored } = await make({
      'quick.world': long('세계는 넓다. ', 60_000),
      'quick.opening': { intro: long(scene, 19_000), first_line: long('“안녕. 반가워.” ', 1_900) },
      'quick.stats': { stats: Array.from({ length: 40 }, (_, n) => stat({ name: `수치 ${n} ${scene}`, unit: scene })) },
      'quick.ending': (call: { facts: { order: number } }) =>
        endingAnswer({
          title: `${call.facts.order}번째 ${scene}`,
          base_condition: long(scene, 9_000),
          hint: scene,
          epilogue: `${call.facts.order} ${long(`${call.facts.order}의 끝. `, 15_000)}`,
        }),
      'quick.events': { events: Array.from({ length: 90 }, (_, n) => event(`사건 ${n} ${scene}`)) },
      'quick.details': {
        personality: long(scene, 9_000),
        speech_style: long(scene, 9_000),
        interests: words(scene),
        likes: words(scene),
        dislikes: words(scene),
      },
    });
    expect(stored).toBe(1);
    expect(made?.world_setting?.length).toBeWithin(5_000, 6_001);
    const opening = openingOf(made);
    expect(opening.intro.length).toBeWithin(500, 1_001);
    expect(opening.intro).toEndWith('.');
    expect(opening.turn_events).toHaveLength(10);
    expect(opening.stat_settings.stats).toHaveLength(4);
    for (const each of opening.ending_settings.endings) expect(each.title.length).toBeWithin(1, 21);
    expect(made?.personality?.length).toBeLessThanOrEqual(2_000);
  });

  test('a world that was half told when its time was over stays, without the broken sentence', async () => {
    const half = [long('세계는 넓고 밤은 길다. ', 1_200), '그리고 아무', hang()];
    const { made, calls } = await make({ 'quick.world': half });
    expect(made?.world_setting).toEndWith('밤은 길다.');
    expect(calls['quick.world']).toHaveLength(1);
  });

  test('two endings of one text: the second is asked for again, under another title', async () => {
    const same = (_call: unknown, tries: number) => (tries <= 2 ? endingAnswer() : undefined);
    const { made, calls } = await make({ 'quick.ending': same });
    const [first, second] = openingOf(made).ending_settings.endings;
    expect(first.title).toBe('어떤 끝');
    expect(second.title).not.toBe(first.title);
    expect(second.epilogue).not.toBe(first.epilogue);
    expect(calls['quick.ending']).toHaveLength(3);
  });

  test('two endings that stay one text are no two endings', async () => {
    const { error, stored } = await make({ 'quick.ending': endingAnswer() });
    expect([error?.status, stored]).toEqual([503, 0]);
  });

  test('two endings of one title: the second gets a title of its own', async () => {
    const { made } = await make({
      'quick.ending': (call: { facts: { order: number } }) =>
        endingAnswer({ epilogue: long(`${['', '봄이 왔다', '겨울은 깊다'][call.facts.order]}. `, 300) }),
    });
    const [first, second] = openingOf(made).ending_settings.endings;
    expect(second.title).not.toBe(first.title);
  });

  test('events: half of them are enough, the rest is filled, the turns are the server’s', async () => {
    const { made } = await make({ 'quick.events': { events: [1, 2, 3, 4, 5].map((n) => event(`사건 ${n}`)) } });
    const events = openingOf(made).turn_events;
    expect(events.slice(0, 5).map(({ title }: { title: string }) => title)).toEqual(
      [1, 2, 3, 4, 5].map((n) => `사건 ${n}`),
    );
    expect(events).toHaveLength(10);
    for (const each of events) expect(each.summary).toBeTruthy();
  });

  test('numbers out of range are put in range', async () => {
    const stats = [
      stat({ min_value: 9e9, max_value: -9e9, base_value: 5e9 }),
      stat({ name: '같은', min_value: 1, max_value: 1 }),
    ];
    const { made } = await make({ 'quick.stats': { stats } });
    expect(openingOf(made).stat_settings.stats).toMatchObject([
      { min_value: -99_999, max_value: 99_999, base_value: 99_999 },
    ]);
  });
});

test('whatever a model says, there is a whole character or none', async () => {
  const anything = fc.oneof(
    fc.constant(undefined),
    fc.constant(new Error('down')),
    fc.jsonValue({ maxDepth: 2 }),
    fc.record({
      intro: text(),
      first_line: text(),
      title: text(),
      base_condition: text(),
      hint: text(),
      epilogue: text(),
    }),
    fc.record({
      stats: fc.array(
        fc.record({ name: text(), min_value: fc.double(), max_value: fc.double(), base_value: fc.double() }),
      ),
    }),
    fc.record({
      events: fc.array(
        fc.record({ title: text(), summary: text(), required_narration: text(), required_dialogue: text() }),
      ),
    }),
  );
  const tasks = ['world', 'opening', 'stats', 'ending', 'events', 'details'].map((name) => `quick.${name}`);
  await fc.assert(
    fc.asyncProperty(fc.array(anything, { minLength: 6, maxLength: 6 }), async (answers) => {
      const { made, error, stored, lock } = await make(Object.fromEntries(tasks.map((task, n) => [task, answers[n]])));
      expect(lock).toBe(0);
      expect(stored).toBe(made ? 1 : 0);
      if (error) expect(error.code).toStartWith('quick_create.');
      if (!made) return;
      const opening = openingOf(made);
      const [first, second] = opening.ending_settings.endings;
      expect(opening.ending_settings.endings).toHaveLength(2);
      expect(first.title).not.toBe(second.title);
      for (const filled of [
        opening.intro,
        opening.firstLine,
        first.title,
        second.title,
        first.epilogue,
        second.epilogue,
        made.world_setting,
        made.personality,
      ])
        expect(filled?.trim()).toBeTruthy();
      await world.client.delete(`/characters/${made.id}`, { token: person.token });
    }),
    { numRuns: 25 },
  );
}, 30_000);

function stat(change: object) {
  return { name: '호감도', min_value: 0, max_value: 100, base_value: 40, unit: '', description: '', ...change };
}
function event(title: string) {
  return { title, summary: scene, required_narration: scene, required_dialogue: scene };
}
function words(tail: string): string[] {
  return Array.from({ length: 30 }, (_, n) => `${n}번 낱말 ${tail}`);
}
function text() {
  return fc.oneof(fc.string(), fc.constant(''), fc.constant(scene), fc.string({ unit: 'binary', maxLength: 200 }));
}
