import { type Static, t } from 'elysia';
import { maybe } from '../../../http/schema.ts';

/** Before trimming; afterwards they are words of the service's own lists. */
const slug = maybe(t.String({ maxLength: 24 }));

/** The five required fields are optional here: the page prints the codes by which the service asks for them. */
export const QuickCreateBody = t.Object({
  request_id: maybe(t.String({ maxLength: 64 })),
  image_url: maybe(t.String({ maxLength: 500 })),
  audience_slug: slug,
  style_slug: slug,
  character_type: maybe(t.Union([t.Literal('roleplay'), t.Literal('simulator')])),
  sim_dating_elements: maybe(t.Boolean()),
  max_turns: maybe(t.Integer({ minimum: 50, maximum: 5_000 })),
  name: maybe(t.String({ maxLength: 100 })),
  one_line_intro: maybe(t.String({ maxLength: 500 })),
  tags: maybe(t.Array(t.String({ maxLength: 100 }), { maxItems: 100 })),
  setting_memos: maybe(t.Array(t.String({ maxLength: 5_000 }), { maxItems: 50 })),
  profile_concept: maybe(t.String({ minLength: 1, maxLength: 1_500 })),
});

export type QuickCreateInput = Static<typeof QuickCreateBody>;
