import { type Static, t } from 'elysia';

const Text = t.String();
const Null = t.Null();
const no = (fallback?: number) =>
  t.Integer({ minimum: 1, maximum: 1_000_000, ...(fallback === undefined ? {} : { default: fallback }) });

export const PackQuery = t.Object({
  anchor: no(1),
  characterId: t.Optional(t.String({ maxLength: 100 })),
  mode: t.Optional(t.String({ maxLength: 40 })),
  rangeFrom: t.Optional(t.Integer({ minimum: 0, maximum: 1_000_000 })),
  rangeTo: t.Optional(t.Integer({ minimum: 0, maximum: 1_000_000 })),
  sceneId: t.Optional(t.String({ maxLength: 100 })),
});
export const OptionsQuery = t.Object({ anchor: t.Optional(no()) });
export const RecapQuery = t.Object({ anchor: no(1) });
export const ExcerptQuery = t.Object({ chapter: no(1), sceneId: t.Optional(t.String({ maxLength: 100 })) });

export const Pack = t.Object({
  actor_context: t.Object({
    anchor: t.Integer(),
    cumulative_summary: t.Nullable(Text),
    anchor_excerpt: t.Nullable(Text),
    trust: Null,
    affinity: Null,
    tension: Null,
  }),
  director_context: t.Object({
    total_chapters: t.Integer(),
    allowed_foreshadows: t.Array(Text),
    forbidden_reveals_gt_anchor: t.Array(Text),
  }),
  guard: t.Object({ no_spoiler_after: t.Integer() }),
  initial_choices: t.Array(t.Object({ id: Text, label: Text })),
});

export const Options = t.Object({
  overview: t.Nullable(Text),
  modes: t.Array(Text),
  chapter_scene_index: t.Array(
    t.Object({ no: t.Integer(), scenes: t.Array(t.Object({ id: Text, title: Text, hint: Text })) }),
  ),
  top_candidates: t.Array(t.Object({ chapter: t.Integer(), scene_id: Text, label: Text })),
  seeds: t.Nullable(t.Array(t.Object({ chapter: t.Integer(), scene_id: Null, label: Text }))),
});

export const Warmth = t.Object({ warmed: t.Boolean(), updated: t.Array(Text) });
export const Recap = t.Object({ recap: Text });
export const Excerpt = t.Object({ excerpt: Text });

export type PackView = Static<typeof Pack>;
export type OptionsView = Static<typeof Options>;
export type WarmthView = Static<typeof Warmth>;
