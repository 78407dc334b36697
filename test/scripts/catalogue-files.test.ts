import { describe, expect, test } from 'bun:test';
import { Value } from '@sinclair/typebox/value';
import { startSetsOf, wizardBodyOf } from '../../scripts/seed/character-draft.ts';
import { drawPicture } from '../../scripts/seed/drawing/draw.ts';
import { parseStory, readCharacters, readStories } from '../../scripts/seed/read.ts';
import type { StoredSnapshot, StoredState } from '../../src/db/tables/turns.ts';
import { inspectImage, renderDrawing } from '../../src/files/images.ts';
import { normaliseStartSets } from '../../src/modules/characters/start-sets/normalise.ts';
import { AdvancedBody } from '../../src/modules/characters/write-schema.ts';
import { defaultTags } from '../../src/modules/tags/default-tags.ts';
import { initialState, planTurn, settleTurn } from '../../src/modules/turns/engine/plan.ts';
import { readScript, type Script } from '../../src/modules/turns/engine/script.ts';

const [characters, stories] = await Promise.all([readCharacters(), readStories()]);

test('twelve characters: eight Korean, four English, three of them simulators', () => {
  const languages = characters.map(({ value }) => value.language);
  expect(languages.filter((language) => language === 'ko')).toHaveLength(8);
  expect(languages.filter((language) => language === 'en')).toHaveLength(4);
  expect(characters.filter(({ value }) => value.simulator)).toHaveLength(3);
  expect(new Set(characters.map(({ value }) => value.name)).size).toBe(12);
});

describe.each(characters.map((character) => [character.key, character.value] as const))('%s', (_, character) => {
  const body = wizardBodyOf(character, `/static/${'a'.repeat(64)}.webp`);
  const script = readScript(
    {
      character: { characterType: body.basic_info.character_type, startSets: startSetsOf(character) },
    } as unknown as Pick<StoredSnapshot, 'character'>,
    null,
  );

  test('is what the wizard could send, and is stored as it is written', () => {
    expect([...Value.Errors(AdvancedBody, body)]).toEqual([]);
    const excesses: [] = [];
    expect(normaliseStartSets(body.basic_info.start_sets, excesses)).toEqual(body.basic_info.start_sets as never);
    expect(excesses).toEqual([]);
  });

  test('speaks its language', () => {
    const korean = (character.personality + character.world).match(/[가-힣]/g)?.length ?? 0;
    expect(korean > 100).toBe(character.language === 'ko');
  });

  test('names the user only where names are filled in, and with no particle that depends on the name', () => {
    const plain = [character.name, character.description, character.tags, character.stats, character.memos];
    expect(JSON.stringify(plain)).not.toContain('{{');
    expect(JSON.stringify(character)).not.toMatch(/\{\{user\}\}(은|는|이(?!\p{L})|가|을|를|과|와|아|야)(?!\p{L})/u);
  });

  test('has a standing memo and others that are called for', () => {
    expect(character.memos.filter(({ triggers }) => triggers.length === 0)).toHaveLength(1);
    expect(character.memos.filter(({ triggers }) => triggers.length > 0).length).toBeGreaterThanOrEqual(2);
  });

  test('plays to its first ending: every event comes, in order, before it', () => {
    const played = playOn(script);
    expect(played.ending).toEqual({ id: 'ending_1', turnNo: Math.floor(character.maxTurns * 0.9) });
    expect(played.fired).toEqual(script.events.map(({ id }) => id));
  });

  test('has a second ending that a player can bring about before the first', () => {
    const [condition] = script.endings[1]?.extra_conditions ?? [];
    if (!condition) throw new Error('nothing brings it');
    const brought =
      condition.type === 'text'
        ? playOn(script, { said: condition.text })
        : playOn(script, { stat: condition.stat_id });
    expect(brought.ending?.id).toBe('ending_2');
    expect(brought.ending?.turnNo).toBeLessThan(character.maxTurns * 0.9);
  });

  test('ends by nothing that its own texts say', () => {
    const phrases = script.endings.flatMap(({ extra_conditions }) =>
      extra_conditions.flatMap((one) => (one.type === 'text' ? [one.text] : [])),
    );
    const told = JSON.stringify([
      character.memos,
      character.events,
      character.openings,
      character.world,
      character.personality,
    ]).toLowerCase();
    for (const phrase of phrases) expect(told).not.toContain(phrase.toLowerCase());
  });
});

test('three stories, two Korean and one English, of eight chapters that are worth reading', () => {
  expect(stories.map(({ value }) => value.language).sort()).toEqual(['en', 'ko', 'ko']);
  for (const { value } of stories) {
    expect(value.chapters.map(({ no }) => no)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    for (const { title, content } of value.chapters) {
      expect(title).not.toBe('');
      expect(content.length).toBeGreaterThanOrEqual(900);
    }
  }
});

test('tags and keywords are default tags, so that the catalogue makes no tags of its own', () => {
  const known = new Set(defaultTags.map(({ slug }) => slug));
  const used = [...characters.flatMap(({ value }) => value.tags), ...stories.flatMap(({ value }) => value.keywords)];
  expect(used.filter((slug) => !known.has(slug))).toEqual([]);
  const audiences = characters.map(({ value }) =>
    value.tags.filter((slug) => ['남성향', '여성향', '전체'].includes(slug)),
  );
  for (const audience of audiences) expect(audience).toHaveLength(1);
});

test('a file with a fault is named, with the place of it', () => {
  const head = '---\ntitle: A\nlanguage: en\ngenre: B\nkeywords: [c]\nsummary: d\npicture:\n  scene: stage\n---\n';
  expect(parseStory(`${head}## One\n\ntext\n\n## Two\nmore`, 'a.md').chapters).toEqual([
    { no: 1, title: 'One', content: 'text' },
    { no: 2, title: 'Two', content: 'more' },
  ]);
  expect(() => parseStory('no head', 'a.md')).toThrow('a.md: no head');
  expect(() => parseStory(`${head}lost words\n## One\ntext`, 'a.md')).toThrow('a.md: text before the first chapter');
  expect(() => parseStory(head.replace('stage', 'moon'), 'a.md')).toThrow('a.md: /picture/scene');
  expect(() => parseStory(head.replace('genre', 'gender'), 'a.md')).toThrow('a.md: /');
  expect(() => parseStory(head.replace('[c]', '[c'), 'a.md')).toThrow('a.md: ');
});

test('pictures differ from one another, and are the same each time', async () => {
  const works = [...characters, ...stories];
  const drawn = works.map(({ key, value }) => drawPicture(key, value.picture));
  expect(works.map(({ key, value }) => drawPicture(key, value.picture))).toEqual(drawn);
  const facts = await Promise.all(
    drawn.map(async (svg) => {
      const bytes = await renderDrawing(svg);
      return inspectImage(async () => bytes);
    }),
  );
  const hashes = facts.map((fact) => (typeof fact === 'string' ? fact : fact.phash));
  for (const fact of facts) expect(fact).toMatchObject({ kind: 'webp', width: 640, height: 800 });
  expect(new Set(hashes).size).toBe(drawn.length);
});

/** Plays turns with a model that says nothing of note; with `said` the user says that in turn 12, with `stat` that stat soars. */
function playOn(script: Script, more: { said?: string; stat?: string } = {}) {
  const names = { user: 'Kim', character: 'X' };
  let state: StoredState = initialState(script);
  for (let turnNo = 1; turnNo <= (script.maxTurns ?? 0) && !state.ending; turnNo++) {
    const userText = turnNo === 12 ? (more.said ?? '…') : '…';
    const plan = planTurn(script, state, { turnNo, userText, names });
    const blocks = more.stat && turnNo >= 12 ? [JSON.stringify({ stats: [{ stat_id: more.stat, delta: 20 }] })] : [];
    const { event } = plan;
    const reply = event ? `${event.narration}\n${event.dialogue}` : '…';
    state = settleTurn(script, state, plan, { reply, blocks, stopped: false, names, language: 'en' }).state;
  }
  return { ending: state.ending && { id: state.ending.id, turnNo: state.ending.turnNo }, fired: state.firedEvents };
}
