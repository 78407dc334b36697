import { draftOfAdvanced } from '../../src/modules/characters/advanced.ts';
import type { CharacterDraft } from '../../src/modules/characters/draft.ts';
import type { CatalogueCharacter } from './shape.ts';

/** Endings come by themselves at these shares of all turns. */
const ENDING_SHARES = [0.9, 1] as const;
const MIN_TURNS = 30;
const KEYWORDS = {
  ko: ['[관심사]', '[좋아하는 것]', '[싫어하는 것]'],
  en: ['[Interests]', '[Likes]', '[Dislikes]'],
} as const;
const WORLD = { ko: ['[세계]', '[지나온 길]'], en: ['[World]', '[Background]'] } as const;

/** What the creation wizard would send for a character of the catalogue. */
export function wizardBodyOf(character: CatalogueCharacter, pictureUrl: string) {
  const { name, language, openings, simulator, interests, likes, dislikes } = character;
  const keywords = [interests, likes, dislikes].map((words, at) => `${KEYWORDS[language][at]}\n${words.join('\n')}`);
  return {
    basic_info: {
      name,
      description: character.description,
      personality: [character.personality, ...keywords].join('\n\n'),
      speech_style: character.speechStyle,
      greeting: openings[0]?.firstLine ?? null,
      world_setting: [character.world, character.background]
        .map((text, at) => `${WORLD[language][at]}\n${text}`)
        .join('\n\n'),
      introduction_scenes: openings
        .slice(0, 1)
        .map(({ title, intro, secret }) => ({ title, content: intro, secret: secret ?? null })),
      start_sets: startSetsOf(character),
      character_type: simulator ? ('simulator' as const) : ('roleplay' as const),
      base_language: language,
    },
    media_settings: {
      avatar_url: pictureUrl,
      image_descriptions: [{ description: name, url: pictureUrl, keywords: [name] }],
    },
    example_dialogues: {
      dialogues: character.dialogues.map(({ user, reply }, index) => ({
        user_message: user,
        character_response: reply,
        order_index: index,
      })),
    },
    publish_settings: { is_public: true },
  };
}

/** A character of the catalogue as the character service takes it. */
export function draftOf(character: CatalogueCharacter, pictureUrl: string): CharacterDraft {
  return { ...draftOfAdvanced(wizardBodyOf(character, pictureUrl)), tags: character.tags };
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
            sim_dating_elements: simulator === 'dating',
            sim_variant: simulator,
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

function endingsOf(character: CatalogueCharacter) {
  return character.endings.map(({ title, condition, epilogue, hint, when }, index) => ({
    id: `ending_${index + 1}`,
    turn: Math.floor(character.maxTurns * ENDING_SHARES[index === 0 ? 0 : 1]),
    title,
    base_condition: condition,
    epilogue,
    hint,
    extra_conditions: when.map((one, at) => conditionOf(character, one, `cond_${at + 1}`)),
  }));
}

type When = CatalogueCharacter['endings'][number]['when'][number];

function conditionOf({ stats, name }: CatalogueCharacter, when: When, id: string) {
  if ('said' in when) return { id, type: 'text' as const, text: when.said };
  const at = stats.findIndex((stat) => stat.name === when.stat);
  if (at === -1) throw new Error(`An ending of ${name} hangs on ${when.stat}, which is none of its stats.`);
  const [op, value] = 'atLeast' in when ? (['gte', when.atLeast] as const) : (['lte', when.atMost] as const);
  return { id, type: 'stat' as const, stat_id: `stat_${at + 1}`, stat_name: when.stat, op, value: String(value) };
}
