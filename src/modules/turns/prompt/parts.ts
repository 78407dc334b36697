import type { StoredSnapshot } from '../../../db/tables/turns.ts';
import type { Language } from '../../../lib/language.ts';
import { normaliseStartSets } from '../../characters/start-sets/normalise.ts';
import { memoText } from '../engine/memos.ts';
import type { Pacing } from '../engine/pacing.ts';
import type { TurnPlan } from '../engine/plan.ts';
import { type Names, renderNames } from '../engine/render.ts';
import type { Script } from '../engine/script.ts';
import type { StatDefinition } from '../engine/stats.ts';
import { type PromptPart, REQUIRED } from './fit.ts';
import { phrase } from './templates.ts';

/** One line of the conversation so far. */
export type HistoryLine = { byUser: boolean; text: string };

/** What a prompt is about. */
export type PromptScene = {
  language: Language;
  names: Names;
  snapshot: Pick<StoredSnapshot, 'character' | 'systemPrompt' | 'exampleDialogues'>;
  script: Script;
};

/**
 * How long each kind of part is kept when the room gets short. Without a number here it is required. The last lines of
 * the conversation come before nearly everything, its beginning before nearly nothing.
 */
const keep = {
  memo: 90,
  standingMemo: 88,
  system: 85,
  personality: 84,
  speech: 83,
  summary: 80,
  recent: 78,
  persona: 75,
  note: 70,
  history: 66,
  world: 60,
  pacing: 55,
  concept: 50,
  affinity: 45,
  older: 40,
  dialogue: 30,
  scene: 20,
  opening: 10,
} as const;

const MAX_LINE_CHARS = 3_000;
const RECENT_LINES = 8;
const CLOSE_LINES = 24;

const system = (section: string, text: string, importance: number): PromptPart => ({
  section,
  role: 'system',
  text,
  importance,
});

/** Who the character is: its sheet, the frame of its type, and the rules of writing. */
export function characterParts({ language, names, snapshot, script }: PromptScene): PromptPart[] {
  const { character } = snapshot;
  const values = { char: names.character, user: names.user };
  const part = (section: keyof typeof keep, text: string | null | undefined): PromptPart[] =>
    text?.trim()
      ? [system(section, phrase(language, section, { ...values, text: renderNames(text, names) }), keep[section])]
      : [];
  const concept = normaliseStartSets(character.startSets)?.profile_concept;
  return [
    system(
      'identity',
      phrase(language, 'identity', { ...values, description: renderNames(character.description ?? '', names) }),
      REQUIRED,
    ),
    ...part('personality', character.personality),
    ...part('speech', character.speechStyle),
    ...part('world', character.worldSetting),
    ...part('concept', concept?.enabled ? concept.text : null),
    system('rules', phrase(language, `mode.${script.type}`, values), REQUIRED),
    system('rules', phrase(language, 'labels', values), REQUIRED),
    ...part('opening', openingStyle(script)),
    ...part('affinity', affinityText(character)),
    ...character.introductionScenes.map(({ title, content, secret }) =>
      system(
        'scene',
        phrase(language, 'scene', { ...values, title, text: [content, secret].filter(Boolean).join('\n') }),
        keep.scene,
      ),
    ),
    ...snapshot.exampleDialogues.map(({ userMessage, characterResponse }) =>
      system(
        'dialogue',
        phrase(language, 'dialogue', { ...values, asked: userMessage, answered: characterResponse }),
        keep.dialogue,
      ),
    ),
    ...part('system', snapshot.systemPrompt),
  ];
}

function openingStyle({ opening }: Script): string | null {
  if (!opening) return null;
  return [opening.intro.slice(0, 900), opening.firstLine.slice(0, 240)].join('\n').trim();
}

function affinityText(character: StoredSnapshot['character']): string | null {
  if (!character.hasAffinitySystem) return null;
  const stages = character.affinityStages.map(
    ({ min_value, max_value, description }) => `${min_value}-${max_value ?? ''}: ${description}`,
  );
  return [character.affinityRules ?? '', ...stages].join('\n').trim();
}

/** Who the user is here, and what they asked to be remembered. */
export function userParts(
  { language, names }: PromptScene,
  persona: string,
  notes: readonly { title: string; content: string }[],
): PromptPart[] {
  const values = { char: names.character, user: names.user };
  return [
    ...(persona.trim()
      ? [system('persona', phrase(language, 'persona', { ...values, text: renderNames(persona, names) }), keep.persona)]
      : []),
    // The newest note comes first and goes last.
    ...notes.map(({ title, content }, index) =>
      system(
        'note',
        phrase(language, 'note', { ...values, text: renderNames(`${title}: ${content}`, names) }),
        keep.note - index / 1_000,
      ),
    ),
  ];
}

/** What this turn is to tell: memos, the stats with their protocol, the event, the pace. */
export function turnParts({ language, names, script }: PromptScene, plan: TurnPlan): PromptPart[] {
  const { event, pacing } = plan;
  const values = { char: names.character, user: names.user };
  const memo = (text: string, importance: number) =>
    system('memo', phrase(language, 'memo', { text: renderNames(text, names) }), importance);
  const lines = event && [
    phrase(language, 'event', { ...values, text: [event.title, event.summary].filter(Boolean).join(': ') }),
    ...(event.narration ? [phrase(language, 'event.narration', { ...values, text: event.narration })] : []),
    ...(event.dialogue ? [phrase(language, 'event.dialogue', { ...values, text: event.dialogue })] : []),
  ];
  return [
    ...plan.standingMemos.map((one) => memo(memoText(one), keep.standingMemo)),
    ...plan.memos.map((one) => memo(memoText(one), keep.memo)),
    ...(script.stats.length > 0
      ? [system('stats', phrase(language, 'stats', { list: statLines(script.stats, plan.stats) }), REQUIRED)]
      : []),
    ...(lines ? [system('event', lines.join('\n'), REQUIRED)] : []),
    ...(pacing ? [system('pacing', paceLines(pacing, language).join('\n'), keep.pacing)] : []),
  ];
}

function statLines(definitions: readonly StatDefinition[], stats: Record<string, number>): string {
  return definitions
    .map(({ id, label, min, max, unit, description }) =>
      `- ${id} (${label}): ${stats[id] ?? 0}${unit} [${min}..${max}] ${description}`.trimEnd(),
    )
    .join('\n');
}

function paceLines(
  { turnNo, maxTurns, stage, urgent, nextEvent, nextEndingTurn }: Pacing,
  language: Language,
): string[] {
  return [
    maxTurns === null
      ? phrase(language, 'pace.turn', { turn: turnNo })
      : phrase(language, 'pace.of', { turn: turnNo, max: maxTurns }),
    ...(stage ? [phrase(language, `pace.${stage}`)] : []),
    ...(urgent ? [phrase(language, 'pace.urgent')] : []),
    ...(nextEvent?.summary ? [phrase(language, 'pace.event', nextEvent)] : []),
    ...(nextEndingTurn === null ? [] : [phrase(language, 'pace.ending', { turn: nextEndingTurn })]),
  ];
}

/** The conversation so far: the summary of its beginning, then its lines, the newest kept longest. */
export function historyParts(
  { language }: PromptScene,
  summary: string | null,
  lines: readonly HistoryLine[],
): PromptPart[] {
  return [
    ...(summary ? [system('summary', phrase(language, 'summary', { text: summary }), keep.summary)] : []),
    ...lines.map(({ byUser, text }, index): PromptPart => {
      const age = lines.length - index;
      const rank = age <= RECENT_LINES ? keep.recent : age <= CLOSE_LINES ? keep.history : keep.older;
      return {
        section: 'history',
        role: byUser ? 'user' : 'assistant',
        text: text.slice(0, MAX_LINE_CHARS).toWellFormed(),
        importance: rank - age / 1_000,
      };
    }),
  ];
}
