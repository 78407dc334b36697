import { expect, test } from 'bun:test';
import type { StoredCandidate } from '../../../src/db/tables/extraction.ts';
import type { Language } from '../../../src/lib/language.ts';
import { createLogger } from '../../../src/lib/log.ts';
import { WindowAnswer } from '../../../src/llm/extract-tasks.ts';
import { openLlm } from '../../../src/llm/gateway.ts';
import { chooseCast, knownNames, remember } from '../../../src/modules/extraction/cast.ts';
import { windowsOf } from '../../../src/modules/extraction/windows.ts';
import { persons, works } from './texts.ts';

const offline = openLlm(
  { baseUrl: '', apiKey: '', model: '', fallbackModel: '', models: '[]', offlineCharsPerSecond: 0 } as never,
  createLogger('silent', {}, () => undefined),
);

async function* once(text: string) {
  yield text;
}

async function castOf(texts: AsyncIterable<string>, language: Language) {
  let found: StoredCandidate[] = [];
  let window = 0;
  const signal = new AbortController().signal;
  for await (const text of windowsOf(texts)) {
    const facts = { text, known: knownNames(found) };
    const call = { task: 'extract.window' as const, messages: [], facts, language };
    found = remember(found, (await offline.produce(call, WindowAnswer, signal)).candidates, window);
    window += 1;
  }
  return { cast: chooseCast(found), windows: window };
}

test.each(works)('$file: at least 4 of the 5 main persons, at most one that is none', async (work) => {
  const { cast } = await castOf(once(await work.read()), work.language);
  const names = cast.map(({ name }) => name);
  const met = work.main.filter((form) => names.some((name) => form.test(name)));
  expect(met.length, names.join(', ')).toBeGreaterThanOrEqual(4);
  expect(names.filter((name) => !persons.test(name)).length, names.join(', ')).toBeLessThanOrEqual(1);
  expect(names.length).toBeLessThanOrEqual(5);
  expect(cast.every(({ description }) => description.length <= 100)).toBe(true);
});

test('a megabyte takes less than three seconds', async () => {
  for (const work of works) {
    const text = await work.read();
    const bytes = Buffer.byteLength(text);
    const times = Math.ceil(1_000_000 / bytes);
    async function* megabyte() {
      for (let n = 0; n < times; n += 1) yield text;
    }
    const before = process.cpuUsage();
    await castOf(megabyte(), work.language);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000, work.file).toBeLessThan(3_000);
  }
}, 20_000);

test('names have one person, persons have one name', async () => {
  const story = `Mrs. Dalloway said she would buy the flowers herself. "What a morning," Clarissa Dalloway thought.
    Clarissa looked at the street. Richard Dalloway nodded. "Richard," said Clarissa, "come in." Mrs. Dalloway smiled.
    "I shall," replied Richard. Mr. Dalloway sat down. Jean-Luc laughed, and Mrs. Dalloway asked Jean-Luc to stay.
    "Well," O'Brien said. O'Brien waited. McGregor asked O'Brien for a light. "Thank you," said McGregor.
    In London the bells rang. They walked through London. Jean-Luc said nothing more.`;
  const { cast } = await castOf(once(story), 'en');
  const names = cast.map(({ name, aliases }) => [name, ...aliases]);
  const of = (form: string) => names.filter((forms) => forms.includes(form));
  expect(of("O'Brien")).toHaveLength(1);
  expect(of('Jean-Luc')).toHaveLength(1);
  expect(names.flat()).not.toContain('London');
  // Mr and Mrs are two, and neither took the other's first name.
  expect(of('Clarissa Dalloway')[0]).toContain('Clarissa');
  expect(of('Clarissa Dalloway')[0]).not.toContain('Richard');
  expect(of('Mr. Dalloway')[0]).not.toContain('Mrs. Dalloway');
});

test('Korean names: with and without their 이, in full and in short; things and verbs are none', async () => {
  const story = `서연이가 창문을 열었다. "바람이 차다." 서연이는 중얼거렸다. 김민수는 고개를 끄덕였다. "민수야, 같이 가자." 서연이 말했다.
    민수는 웃었다. "그래." 민수가 대답했다. 서연은 민수에게 편지를 주었다. 반짝이는 별이 하늘에 있었다. 하늘은 맑았다. 박 선생님은 학교에 있었다.
    편지는 가방에 있었다. 하늘이 어두워졌다. 편지를 읽는 민수를 서연이 바라보았다. 하늘을 보며 민수는 생각했다.`;
  const { cast } = await castOf(once(story), 'ko');
  const names = cast.map(({ name, aliases }) => [name, ...aliases]);
  expect(names.filter((forms) => forms.some((form) => /서연/.test(form)))).toHaveLength(1);
  expect(names.filter((forms) => forms.some((form) => /민수/.test(form)))).toHaveLength(1);
  expect(names.flat().filter((name) => /하늘|편지|반짝|학교|가방|바람/.test(name))).toEqual([]);
});

test('a text without anybody has nobody', async () => {
  expect(
    (await castOf(once('The rain fell on the hills. It was cold. Nothing moved in the valley.'), 'en')).cast,
  ).toEqual([]);
  expect((await castOf(once('비가 내렸다. 산은 고요했다. 바람이 불었다. 아무 일도 없었다.'), 'ko')).cast).toEqual([]);
  expect((await castOf(once(''), 'en')).windows).toBe(0);
});
