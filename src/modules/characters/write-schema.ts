import { type Static, t } from 'elysia';
import { maybe } from '../../http/schema.ts';

const text = (maxLength: number) => maybe(t.String({ maxLength }));
/** The contract's 1..100 is meant after trimming; the service looks again. */
const Name = t.String({ minLength: 1, maxLength: 100 });
/** Before cleaning; afterwards it may have 1,000 characters. */
const RAW_HTML_MAX_CHARS = 5_000;

const basicInfo = {
  description: text(3_000),
  personality: text(2_000),
  speech_style: text(2_000),
  greeting: text(500),
  world_setting: text(6_000),
  user_display_description: text(RAW_HTML_MAX_CHARS),
  use_custom_description: maybe(t.Boolean()),
  introduction_scenes: maybe(
    t.Array(
      t.Object({
        title: t.String({ maxLength: 100 }),
        content: t.String({ minLength: 1, maxLength: 2_000 }),
        secret: text(1_000),
      }),
      { maxItems: 10 },
    ),
  ),
  /** Any JSON: `start-sets/normalise` judges it, with limits of its own. */
  start_sets: t.Optional(t.Any()),
  character_type: maybe(t.Union([t.Literal('roleplay'), t.Literal('simulator'), t.Literal('custom')])),
  base_language: text(10),
};

const Keywords = t.Union([t.Array(t.String({ maxLength: 50 }), { maxItems: 100 }), t.String({ maxLength: 2_000 })]);

const MediaSettings = t.Object({
  avatar_url: text(500),
  image_descriptions: maybe(
    t.Array(
      t.Object({
        description: text(500),
        url: text(500),
        keywords: maybe(Keywords),
        is_public: maybe(t.Boolean()),
      }),
      { maxItems: 50 },
    ),
  ),
  voice_settings: maybe(t.Object({ voice_id: text(100), voice_style: text(100), enabled: maybe(t.Boolean()) })),
});

const Dialogues = t.Object({
  dialogues: maybe(
    t.Array(
      t.Object({
        user_message: t.String({ minLength: 1, maxLength: 500 }),
        character_response: t.String({ minLength: 1, maxLength: 1_000 }),
        order_index: maybe(t.Integer({ minimum: 0, maximum: 1_000 })),
      }),
      { maxItems: 20 },
    ),
  ),
});

const affinityValue = t.Integer({ minimum: 0, maximum: 1_000_000 });
const AffinitySystem = t.Object({
  has_affinity_system: maybe(t.Boolean()),
  affinity_rules: text(2_000),
  affinity_stages: maybe(
    t.Array(
      t.Object({
        min_value: affinityValue,
        max_value: maybe(affinityValue),
        description: t.String({ maxLength: 500 }),
      }),
      {
        maxItems: 50,
      },
    ),
  ),
});

const PublishSettings = t.Object({
  is_public: maybe(t.Boolean()),
  custom_module_id: maybe(t.String({ format: 'uuid' })),
  use_translation: maybe(t.Boolean()),
});

const sections = {
  media_settings: maybe(MediaSettings),
  example_dialogues: maybe(Dialogues),
  affinity_system: maybe(AffinitySystem),
  publish_settings: maybe(PublishSettings),
};

export const AdvancedBody = t.Object({ basic_info: t.Object({ name: Name, ...basicInfo }), ...sections });
export const AdvancedUpdateBody = t.Object({
  basic_info: maybe(t.Object({ name: maybe(Name), ...basicInfo })),
  ...sections,
});

const legacy = {
  name: maybe(Name),
  description: text(1_000),
  personality: text(2_000),
  speech_style: text(2_000),
  greeting: text(500),
  background_story: text(5_000),
  avatar_url: text(500),
  is_public: maybe(t.Boolean()),
};
/** The old flat form, and the one with sections, which the only caller of the old route sends. */
export const LegacyBody = t.Object({
  ...legacy,
  basic_info: maybe(t.Object({ name: Name, ...basicInfo })),
  ...sections,
});
export const LegacyUpdateBody = t.Object(legacy);

export const ToggleBody = t.Nullable(t.Object({ is_public: maybe(t.Boolean()) }));
export const CommentBody = t.Object({ content: t.String({ minLength: 1, maxLength: 1_000 }) });
export const TagsBody = t.Object({ tags: t.Array(t.String({ minLength: 1, maxLength: 50 }), { maxItems: 20 }) });

const settings = {
  ai_model: maybe(t.String({ minLength: 1, maxLength: 100 })),
  temperature: maybe(t.Number({ minimum: 0, maximum: 2 })),
  max_tokens: maybe(t.Integer({ minimum: 1, maximum: 100_000 })),
  system_prompt: text(20_000),
  custom_prompt_template: text(20_000),
  use_memory: maybe(t.Boolean()),
  memory_length: maybe(t.Integer({ minimum: 1, maximum: 1_000 })),
  response_style: text(50),
};
export const SettingsBody = t.Object(settings);

export type AdvancedUpdateInput = Static<typeof AdvancedUpdateBody>;
export type LegacyInput = Static<typeof LegacyBody>;
export type LegacyUpdateInput = Static<typeof LegacyUpdateBody>;
export type SettingsInput = Static<typeof SettingsBody>;
