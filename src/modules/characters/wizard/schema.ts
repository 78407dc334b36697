import { type Static, t } from 'elysia';
import { maybe } from '../../../http/schema.ts';

const text = (maxLength: number) => maybe(t.String({ maxLength }));
const filled = (maxLength: number) => t.String({ minLength: 1, maxLength });
const Mode = maybe(t.Union([t.Literal('roleplay'), t.Literal('simulator')]));
const Tags = maybe(t.Array(t.String({ maxLength: 100 }), { maxItems: 200 }));
const turns = (minimum: number) => maybe(t.Integer({ minimum, maximum: 5_000 }));

/** What nearly every draft is made from. The wizard also sends a model, which is not looked at. */
const base = {
  name: filled(100),
  description: filled(3_000),
  world_setting: maybe(filled(6_000)),
  tags: Tags,
  mode: Mode,
  max_turns: turns(50),
  sim_variant: maybe(t.Union([t.Literal('dating'), t.Literal('scenario')])),
  sim_dating_elements: maybe(t.Boolean()),
};

export const DraftBody = t.Object(base);
export const PromptBody = t.Object({ ...base, allow_infinite_mode: maybe(t.Boolean()) });
export const ConceptBody = t.Object({
  ...base,
  description: filled(500),
  audience: text(24),
  max_turns: turns(10),
});
export const FirstStartBody = t.Object({ ...base, avoid_intro: text(2_000), avoid_first_line: text(500) });
const sectionMode = text(40);
export const DetailBody = t.Object({
  ...base,
  section_modes: maybe(
    t.Object({
      personality: sectionMode,
      speech_style: sectionMode,
      interests: sectionMode,
      likes: sectionMode,
      dislikes: sectionMode,
    }),
  ),
});
export const EventsBody = t.Object({ ...base, opening_intro: filled(2_000), opening_first_line: filled(500) });
export const EndingDraftBody = t.Object({
  ...base,
  opening_intro: text(2_000),
  opening_first_line: text(500),
  min_turns: turns(10),
});
const Condition = t.Union([
  t.String({ maxLength: 500 }),
  t.Object({
    type: text(10),
    text: text(500),
    stat_name: text(50),
    op: text(10),
    value: maybe(t.Union([t.String({ maxLength: 50 }), t.Number()])),
  }),
]);
export const EpilogueBody = t.Object({
  ...base,
  ending_title: filled(20),
  base_condition: filled(500),
  hint: text(20),
  extra_conditions: maybe(t.Array(Condition, { maxItems: 50 })),
});
export const HintsBody = t.Object({ image_url: filled(500) });
export const ProfileBody = t.Object({
  seed_text: filled(2_000),
  image_url: text(500),
  character_type: maybe(t.Union([t.Literal('roleplay'), t.Literal('simulator'), t.Literal('custom')])),
  name: text(100),
  description: text(3_000),
  tags: Tags,
});

export type DraftInput = Static<typeof DraftBody>;
export type ConceptInput = Static<typeof ConceptBody>;
export type FirstStartInput = Static<typeof FirstStartBody>;
export type DetailInput = Static<typeof DetailBody>;
export type EventsInput = Static<typeof EventsBody>;
export type EndingDraftInput = Static<typeof EndingDraftBody>;
export type EpilogueInput = Static<typeof EpilogueBody>;
export type ProfileInput = Static<typeof ProfileBody>;

const words = t.Array(t.String());
const Stat = t.Object({
  id: t.String(),
  name: t.String(),
  min_value: t.Number(),
  max_value: t.Number(),
  base_value: t.Number(),
  unit: t.String(),
  description: t.String(),
});
export const Themes = t.Object({ roleplay: words, simulator: words });
export const Hints = t.Object({
  hints_ko: words,
  vibe_ko: words,
  roleplay_hook_suggestions: words,
  simulator_hook_suggestions: words,
  roleplay_theme_matches: words,
  simulator_theme_matches: words,
});
export const Concept = t.Object({ concept: t.String() });
export const Stats = t.Object({ stats: t.Array(Stat) });
export const Prompt = t.Object({ prompt: t.String(), stats: t.Array(Stat) });
export const FirstStart = t.Object({ intro: t.String(), first_line: t.String() });
export const Detail = t.Object({
  personality: t.String(),
  speech_style: t.String(),
  interests: words,
  likes: words,
  dislikes: words,
});
export const Secret = t.Object({ secret: t.String() });
export const Events = t.Object({
  turn_events: t.Array(
    t.Object({
      id: t.String(),
      title: t.String(),
      about_turn: t.Integer(),
      summary: t.String(),
      required_narration: t.String(),
      required_dialogue: t.String(),
    }),
  ),
});
export const EndingDraft = t.Object({
  title: t.String(),
  base_condition: t.String(),
  hint: t.String(),
  suggested_turn: t.Integer(),
});
export const Epilogue = t.Object({ epilogue: t.String() });
const nullable = t.Nullable(t.String());
/** A whole `CharacterWrite`, as the wizard would send it back. */
export const Profile = t.Object({
  basic_info: t.Object({
    name: t.String(),
    description: t.String(),
    personality: nullable,
    speech_style: nullable,
    greeting: nullable,
    world_setting: nullable,
    user_display_description: nullable,
    use_custom_description: t.Boolean(),
    introduction_scenes: t.Array(t.Any()),
    character_type: t.String(),
    base_language: t.String(),
  }),
  media_settings: t.Object({
    avatar_url: nullable,
    image_descriptions: t.Array(t.Object({ description: t.String(), url: nullable, keywords: words })),
  }),
  example_dialogues: t.Object({ dialogues: t.Array(t.Any()) }),
  affinity_system: t.Object({
    has_affinity_system: t.Boolean(),
    affinity_rules: nullable,
    affinity_stages: t.Array(t.Any()),
  }),
  publish_settings: t.Object({
    is_public: t.Boolean(),
    custom_module_id: nullable,
    use_translation: t.Boolean(),
  }),
});
