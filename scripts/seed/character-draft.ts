import type { CharacterDraft } from '../../src/modules/characters/draft.ts';
import type { CatalogueCharacter } from './shape.ts';

/** Endings come by themselves at these shares of all turns (contract 6.3), never before `MIN_TURNS`. */
const ENDING_SHARES = [0.9, 1] as const;
const MIN_TURNS = 30;
const HEADINGS = ['[관심사]', '[좋아하는 것]', '[싫어하는 것]'] as const;

/** A catalogue character as the character service takes it. */
export function draftOf(character: CatalogueCharacter, pictureUrl: string): CharacterDraft {
  const { name, language, simulator, openings, interests, likes, dislikes } = character;
  const keywords = [interests, likes, dislikes].map((words, index) => `${HEADINGS[index]}\n${words.join('\n')}`);
  return {
    name,
    description: character.description,
    personality: [character.personality, ...keywords].join('\n\n'),
    speechStyle: character.speechStyle,
    greeting: openings[0]?.firstLine ?? null,
    worldSetting: character.world,
    introductionScenes: openings
      .slice(0, 1)
      .map(({ title, intro, secret }) => ({ title, content: intro, secret: secret ?? null })),
    startSets: startSetsOf(character),
    characterType: simulator ? 'simulator' : 'roleplay',
    baseLanguage: language,
    avatarUrl: pictureUrl,
    imageDescriptions: [{ description: name, url: pictureUrl, keywords: [name] }],
    exampleDialogues: character.dialogues.map(([userMessage, characterResponse], orderIndex) => ({
      userMessage,
      characterResponse,
      orderIndex,
    })),
    tags: character.tags,
  };
}

/** The character's `start_sets` in the very form in which they are stored, so that normalising changes nothing. */
export function startSetsOf(character: CatalogueCharacter) {
  const { maxTurns, simulator } = character;
  const items = character.openings.map(({ title, intro, firstLine, secret }, index) => ({
    id: `set_${index + 1}`,
    title,
    intro,
    firstLine,
    ...(secret ? { secret } : {}),
    turn_events: eventsOf(character),
    ending_settings: { min_turns: MIN_TURNS, endings: endingsOf(character) },
    stat_settings: { stats: statsOf(character) },
  }));
  const memos = character.memos.map(({ detail, triggers }, index) => ({
    id: `memo_${index + 1}`,
    detail,
    triggers,
    targets: ['all'],
    info: detail,
    keywords: triggers,
  }));
  return {
    selectedId: 'set_1',
    items,
    // The pages take `sim_options` for the sign of a simulator.
    ...(simulator
      ? {
          sim_options: {
            mode: 'preset',
            max_turns: maxTurns,
            allow_infinite_mode: false,
            sim_dating_elements: simulator.dating,
            sim_variant: simulator.variant,
          },
        }
      : { max_turns: maxTurns }),
    setting_book: { selectedId: 'memo_1', items: memos },
  };
}

function eventsOf({ events }: CatalogueCharacter) {
  return events.map((event, index) => ({
    id: `ev_${index + 1}`,
    title: event.title,
    about_turn: event.turn,
    summary: event.summary,
    required_narration: event.narration ?? '',
    required_dialogue: event.dialogue ?? '',
  }));
}

function statsOf({ stats }: CatalogueCharacter) {
  return stats.map((stat, index) => ({
    id: `stat_${index + 1}`,
    name: stat.name,
    min_value: stat.min ?? 0,
    max_value: stat.max ?? 100,
    base_value: stat.base,
    unit: stat.unit ?? '',
    description: stat.description,
  }));
}

function endingsOf({ endings, stats, maxTurns, name }: CatalogueCharacter) {
  return endings.map(({ title, condition, epilogue, hint, when }, index) => ({
    id: `ending_${index + 1}`,
    turn: Math.floor(maxTurns * ENDING_SHARES[index === 0 ? 0 : 1]),
    title,
    base_condition: condition,
    epilogue,
    hint,
    extra_conditions: [
      'said' in when
        ? { id: 'cond_1', type: 'text' as const, text: when.said }
        : {
            id: 'cond_1',
            type: 'stat' as const,
            stat_id: `stat_${when.stat + 1}`,
            stat_name: statName(stats[when.stat], name),
            op: when.op,
            value: String(when.value),
          },
    ],
  }));
}

function statName(stat: CatalogueCharacter['stats'][number] | undefined, name: string): string {
  if (!stat) throw new Error(`An ending of ${name} hangs on a stat that is not there.`);
  return stat.name;
}
