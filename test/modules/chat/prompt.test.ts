import { describe, expect, test } from 'bun:test';
import type { StoredSnapshot } from '../../../src/db/tables/turns.ts';
import type { Language } from '../../../src/lib/language.ts';
import { normaliseStartSets } from '../../../src/modules/characters/start-sets/normalise.ts';
import { composeChat } from '../../../src/modules/chat/policy.ts';
import { initialState, planTurn } from '../../../src/modules/turns/engine/plan.ts';
import { readScript } from '../../../src/modules/turns/engine/script.ts';
import { settingsInForce } from '../../../src/modules/turns/engine/settings.ts';
import type { TurnScene } from '../../../src/modules/turns/policy.ts';
import { START_SETS } from '../../harness/chat.ts';

const texts = {
  en: {
    name: 'Mina',
    user: 'Tom',
    description: 'A lighthouse keeper who waits for {{user}}.',
    personality: 'calm, curious',
    speech: 'short sentences',
    world: 'An island in the north.',
    persona: 'A cartographer.',
    note: { title: 'Promise', content: '{{user}} promised to repair the lamp.' },
    summary: 'They met at the harbour.',
    history: ['Good evening.', 'You are late.'],
    said: 'Is the lighthouse dark? And where is the boat?',
  },
  ko: {
    name: '미나',
    user: '민수',
    description: '{{user}}를 기다리는 등대지기.',
    personality: '차분하고 호기심이 많다',
    speech: '짧은 문장으로 말한다',
    world: '북쪽 바다의 섬.',
    persona: '지도를 그리는 사람.',
    note: { title: '약속', content: '{{user}}는 등불을 고쳐 주기로 했다.' },
    summary: '두 사람은 항구에서 만났다.',
    history: ['좋은 저녁이에요.', '늦었네요.'],
    said: 'lighthouse는 왜 어두워요? boat는요?',
  },
} as const;

type Wish = { turnNo?: number; type?: 'roleplay' | 'simulator' | 'custom'; contextTokens?: number; going?: boolean };

function sceneOf(
  language: Language,
  { turnNo = 1, type = 'roleplay', contextTokens = 32_000, going = false }: Wish = {},
): TurnScene {
  const said = texts[language];
  const names = { user: said.user, character: said.name };
  const snapshot: StoredSnapshot = {
    version: 1,
    capturedAt: '2026-01-01T00:00:00.000Z',
    character: {
      name: said.name,
      description: said.description,
      personality: said.personality,
      speechStyle: said.speech,
      greeting: null,
      worldSetting: said.world,
      introductionScenes: [],
      startSets: normaliseStartSets(START_SETS) as Record<string, unknown>,
      characterType: type,
      baseLanguage: language,
      avatarUrl: null,
      imageDescriptions: [],
      hasAffinitySystem: false,
      affinityRules: null,
      affinityStages: [],
    },
    systemPrompt: null,
    exampleDialogues: [{ userMessage: said.history[0], characterResponse: said.history[1] }],
  };
  const script = readScript(snapshot, 'set_1');
  const user = going ? undefined : { text: said.said };
  return {
    language,
    model: { id: 'standard', upstream: 'x', pricePoints: 0, contextTokens } as unknown as TurnScene['model'],
    settings: settingsInForce({}, 'medium'),
    snapshot,
    script,
    names,
    summary: said.summary,
    history: said.history.map((text, index) => ({ byUser: index % 2 === 0, text })),
    material: { persona: said.persona, notes: [said.note] },
    kind: going ? 'continue' : 'turn',
    said: undefined,
    plan: user ? planTurn(script, initialState(script), { turnNo, userText: user.text, names }) : undefined,
  };
}

describe.each(['en', 'ko'] as const)('the prompt of a chat (%s)', (language) => {
  test('a turn with memos, a stat and a summary', () => {
    const { call, report } = composeChat(sceneOf(language));
    expect(call.task).toBe('chat.turn');
    expect(call.messages).toMatchSnapshot();
    expect(report.sections.every(({ dropped }) => !dropped)).toBe(true);
  });

  test('a turn with an event: its lines are demanded, memos wait', () => {
    const { call } = composeChat(sceneOf(language, { turnNo: 2 }));
    const [system] = call.messages;
    expect(system?.content).toContain('The bell rings three times.');
    expect(system?.content).not.toContain('The lighthouse is dark since May.');
    expect(call.messages).toMatchSnapshot();
  });

  test('a simulator and a custom character have frames of their own', () => {
    for (const type of ['simulator', 'custom'] as const)
      expect(composeChat(sceneOf(language, { type })).call.messages[0]).toMatchSnapshot(type);
  });

  test('a continuation goes on with the last reply', () => {
    const { call } = composeChat(sceneOf(language, { going: true }));
    expect(call.task).toBe('chat.continue');
    expect(call.messages).toMatchSnapshot();
  });

  test('a small model hears what matters most, and the report says what it does not', () => {
    const { call, report } = composeChat(sceneOf(language, { contextTokens: 1_480 }));
    expect(report.usedTokens).toBeLessThanOrEqual(report.budgetTokens);
    expect(call.messages.at(-1)?.content).toBe(texts[language].said);
    expect(report.sections.filter(({ dropped }) => dropped)).not.toHaveLength(0);
    expect(report).toMatchSnapshot();
  });
});
