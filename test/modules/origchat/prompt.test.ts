import { describe, expect, test } from 'bun:test';
import type { Language } from '../../../src/lib/language.ts';
import { newDetails } from '../../../src/modules/origchat/details.ts';
import { readStart } from '../../../src/modules/origchat/input.ts';
import { knowStory } from '../../../src/modules/origchat/knowledge.ts';
import { composeStory, type StoryScene } from '../../../src/modules/origchat/prompt/compose.ts';
import { initialState, planTurn } from '../../../src/modules/turns/engine/plan.ts';
import { readScript } from '../../../src/modules/turns/engine/script.ts';
import { settingsInForce } from '../../../src/modules/turns/engine/settings.ts';

const texts = {
  en: {
    title: 'The Drowned Bell',
    name: 'Ines',
    user: 'Tom',
    description: 'Keeps letters that are not hers.',
    persona: 'A surveyor from the city.',
    chapters: [
      'Fog lay over the harbour.',
      'Old Tobias rowed out at night and came back with {no} oars.',
      'Up in the tower.',
    ],
    cast: ['Ines', 'Old Tobias', 'The Keeper'],
    history: ['You came back.', 'I had to.'],
    said: 'What did Tobias see?',
    situation: 'It rains.',
  },
  ko: {
    title: '가라앉은 종',
    name: '이네스',
    user: '민수',
    description: '남의 편지를 간직하고 있다.',
    persona: '도시에서 온 측량사.',
    chapters: ['항구에 안개가 깔렸다.', '토비아스는 밤에 배를 저어 나가 노 없이 돌아왔다.', '탑 위에서.'],
    cast: ['이네스', '토비아스', '등대지기'],
    history: ['돌아왔구나.', '그래야 했어.'],
    said: '토비아스는 무엇을 봤어?',
    situation: '비가 내린다.',
  },
} as const;

type Wish = { kind?: StoryScene['kind']; contextTokens?: number; start?: Record<string, unknown> };

function sceneOf(language: Language, { kind = 'turn', contextTokens = 32_000, start = {} }: Wish = {}): StoryScene {
  const t = texts[language];
  const names = { user: t.user, character: t.name };
  const snapshot: StoryScene['snapshot'] = {
    version: 1,
    capturedAt: '2026-01-01T00:00:00.000Z',
    character: {
      name: t.name,
      description: t.description,
      personality: null,
      speechStyle: null,
      greeting: null,
      worldSetting: null,
      introductionScenes: [],
      startSets: null,
      characterType: 'roleplay',
      baseLanguage: language,
      avatarUrl: null,
      imageDescriptions: [],
      hasAffinitySystem: false,
      affinityRules: null,
      affinityStages: [],
    },
    systemPrompt: null,
    exampleDialogues: [],
  };
  const script = readScript(snapshot, null);
  const knowledge = knowStory({
    title: t.title,
    anchor: 2,
    chapters: t.chapters.map((beginning, index) => ({ no: index + 1, title: null, beginning })),
    summaries: [{ no: 1, shortBrief: t.chapters[0], cumulativeSummary: t.chapters[0] }],
    cast: t.cast,
    mayRead: () => true,
  });
  const wish = readStart({ start: { chapter: 2 }, ...start });
  const said = {
    turn: { text: t.said, metadata: { kind: 'text' } },
    situation: { text: `situation: ${t.situation}`, metadata: { kind: 'situation', situation: t.situation } },
    event: undefined,
    continue: undefined,
    choices: undefined,
  }[kind];
  const numbered = kind === 'turn' || kind === 'event';
  return {
    language,
    model: { id: 'standard', upstream: 'x', pricePoints: 0, contextTokens } as unknown as StoryScene['model'],
    settings: settingsInForce({}, 'medium'),
    snapshot,
    script,
    names,
    summary: null,
    history: t.history.map((text, index) => ({ byUser: index % 2 === 1, text })),
    material: {
      persona: t.persona,
      notes: [],
      knowledge,
      details: newDetails(wish, { language, greeted: true }),
      focusName: t.cast[1],
      turnCount: 3,
    },
    kind,
    said,
    plan: numbered
      ? planTurn(script, initialState(script), { turnNo: 4, userText: said?.text ?? '', names })
      : undefined,
  };
}

describe.each(['en', 'ko'] as const)('the prompt of a story (%s)', (language) => {
  test('a turn in the place of somebody', () => {
    const { call, report } = composeStory(sceneOf(language));
    expect(call.task).toBe('orig.turn');
    expect(call.messages).toMatchSnapshot();
    expect(call.facts).toMatchSnapshot();
    expect(report.sections.every(({ dropped }) => !dropped)).toBe(true);
  });

  test('as a persona, told by a narrator, from a seed', () => {
    const start = { pov: 'persona', narrator_mode: true, seed_label: 'The letter' };
    expect(composeStory(sceneOf(language, { start })).call.messages[0]).toMatchSnapshot();
  });

  test.each(['situation', 'event', 'continue'] as const)('%s', (kind) => {
    const { call } = composeStory(sceneOf(language, { kind }));
    expect(call.messages.at(-1)).toMatchSnapshot('what is asked');
    if (kind === 'situation') expect(call.messages[0]?.content).toContain(texts[language].situation);
  });

  test('a small model hears the rule about what comes later in any case', () => {
    const { call, report } = composeStory(sceneOf(language, { contextTokens: language === 'en' ? 1_450 : 1_600 }));
    expect(report.usedTokens).toBeLessThanOrEqual(report.budgetTokens);
    expect(report.sections.filter(({ dropped }) => dropped)).not.toHaveLength(0);
    expect(report.sections).toContainEqual(expect.objectContaining({ section: 'bound', dropped: false }));
    expect(call.messages.at(-1)?.content).toBe(texts[language].said);
  });

  test('what a creator wrote is no template', () => {
    const scene = sceneOf(language);
    if (language === 'en') expect(JSON.stringify(composeStory(scene).call.messages)).toContain('with {no} oars');
  });
});
