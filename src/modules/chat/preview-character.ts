import type { StoredSnapshot } from '../../db/tables/turns.ts';
import { normaliseStartSets } from '../characters/start-sets/normalise.ts';

type Loose = Record<string, unknown>;

const objectOf = (value: unknown): Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {};
const objectsOf = (value: unknown, max: number): Loose[] =>
  (Array.isArray(value) ? value.slice(0, max) : []).map(objectOf);

function textOf(value: unknown, max: number): string | null {
  if (typeof value !== 'string') return null;
  const text = value.replaceAll('\0', '').trim().slice(0, max).toWellFormed();
  return text === '' ? null : text;
}

const numberOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

/** A character out of the wizard's payload as it stands, half filled in or not; what cannot be read is left out. */
export function readDraftCharacter(data: Loose): StoredSnapshot {
  const basic = objectOf(data.basic_info);
  const affinity = objectOf(data.affinity_system);
  const media = objectOf(data.media_settings);
  const type = basic.character_type;
  return {
    version: 1,
    capturedAt: new Date(0).toISOString(),
    character: {
      name: textOf(basic.name, 100) ?? '',
      description: textOf(basic.description, 3_000),
      personality: textOf(basic.personality, 2_000),
      speechStyle: textOf(basic.speech_style, 2_000),
      greeting: textOf(basic.greeting, 500),
      worldSetting: textOf(basic.world_setting, 6_000),
      introductionScenes: objectsOf(basic.introduction_scenes, 10).map((scene) => ({
        title: textOf(scene.title, 100) ?? '',
        content: textOf(scene.content, 2_000) ?? '',
        secret: textOf(scene.secret, 1_000),
      })),
      startSets: normaliseStartSets(basic.start_sets),
      characterType: type === 'simulator' || type === 'custom' ? type : 'roleplay',
      baseLanguage: textOf(basic.base_language, 10) ?? 'ko',
      avatarUrl: null,
      imageDescriptions: objectsOf(media.image_descriptions, 50).map((image) => ({
        description: textOf(image.description, 500) ?? '',
        url: textOf(image.url, 500),
        keywords: (Array.isArray(image.keywords) ? image.keywords : [])
          .flatMap((word) => textOf(word, 50) ?? [])
          .slice(0, 20),
      })),
      hasAffinitySystem: affinity.has_affinity_system === true,
      affinityRules: textOf(affinity.affinity_rules, 2_000),
      affinityStages: objectsOf(affinity.affinity_stages, 20).map((stage) => ({
        min_value: numberOf(stage.min_value) ?? 0,
        max_value: numberOf(stage.max_value),
        description: textOf(stage.description, 500) ?? '',
      })),
    },
    systemPrompt: null,
    exampleDialogues: objectsOf(objectOf(data.example_dialogues).dialogues, 20).map((dialogue) => ({
      userMessage: textOf(dialogue.user_message, 500) ?? '',
      characterResponse: textOf(dialogue.character_response, 1_000) ?? '',
    })),
  };
}
