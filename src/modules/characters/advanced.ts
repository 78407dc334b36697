import type { CharacterDraft } from './draft.ts';
import type { AdvancedUpdateInput, LegacyInput, LegacyUpdateInput } from './write-schema.ts';

const MAX_KEYWORDS = 20;
const KEYWORD_MAX_CHARS = 50;

/** A column that is never null: an explicit null is as not sent. */
function sent<T>(value: T | null | undefined): T | undefined {
  return value ?? undefined;
}

/** What the wizard sends, by sections. Only keys that were sent are set, so that an edit changes nothing else. */
export function draftOfAdvanced(body: AdvancedUpdateInput): CharacterDraft {
  const info = body.basic_info ?? {};
  const media = body.media_settings ?? {};
  const affinity = body.affinity_system ?? {};
  const publish = body.publish_settings ?? {};
  return defined({
    name: sent(info.name),
    description: info.description,
    personality: info.personality,
    speechStyle: info.speech_style,
    greeting: info.greeting,
    worldSetting: info.world_setting,
    userDisplayDescription: info.user_display_description,
    useCustomDescription: sent(info.use_custom_description),
    introductionScenes: info.introduction_scenes?.map((scene) => ({ ...scene, secret: scene.secret || null })),
    startSets: info.start_sets,
    characterType: sent(info.character_type),
    baseLanguage: sent(info.base_language),
    avatarUrl: media.avatar_url,
    imageDescriptions: media.image_descriptions?.map((image) => ({
      description: image.description ?? '',
      url: image.url ?? null,
      keywords: keywordsOf(image.keywords),
      ...(image.is_public === false ? { is_public: false } : {}),
    })),
    voiceSettings: media.voice_settings && {
      voice_id: media.voice_settings.voice_id ?? null,
      voice_style: media.voice_settings.voice_style ?? null,
      enabled: media.voice_settings.enabled ?? false,
    },
    hasAffinitySystem: sent(affinity.has_affinity_system),
    affinityRules: affinity.affinity_rules,
    affinityStages: affinity.affinity_stages?.map((stage) => ({ ...stage, max_value: stage.max_value ?? null })),
    isPublic: sent(publish.is_public),
    customModuleId: publish.custom_module_id,
    useTranslation: sent(publish.use_translation),
    exampleDialogues: dialoguesOf(body.example_dialogues),
  });
}

/** The old flat form; `background_story` was its word for the world. */
export function draftOfLegacy(body: LegacyUpdateInput): CharacterDraft {
  return defined({
    name: sent(body.name),
    description: body.description,
    personality: body.personality,
    speechStyle: body.speech_style,
    greeting: body.greeting,
    worldSetting: body.background_story,
    avatarUrl: body.avatar_url,
    isPublic: sent(body.is_public),
  });
}

export function draftOfEither(body: LegacyInput): CharacterDraft {
  return body.basic_info ? draftOfAdvanced(body) : draftOfLegacy(body);
}

function dialoguesOf(section: AdvancedUpdateInput['example_dialogues']): CharacterDraft['exampleDialogues'] {
  if (!section) return undefined;
  return (section.dialogues ?? []).map((dialogue) => ({
    userMessage: dialogue.user_message,
    characterResponse: dialogue.character_response,
    orderIndex: dialogue.order_index ?? 0,
  }));
}

function keywordsOf(given: string[] | string | null | undefined): string[] {
  const list = typeof given === 'string' ? given.split(',') : (given ?? []);
  const byFold = new Map<string, string>();
  for (const word of list.map((entry) => entry.trim().slice(0, KEYWORD_MAX_CHARS)))
    if (word !== '' && !byFold.has(word.toLowerCase())) byFold.set(word.toLowerCase(), word);
  return [...byFold.values()].slice(0, MAX_KEYWORDS);
}

function defined(draft: CharacterDraft): CharacterDraft {
  return Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined));
}
