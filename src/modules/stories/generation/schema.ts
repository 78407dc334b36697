import { type Static, t } from 'elysia';
import { maybe } from '../../../http/schema.ts';

/** Fields of the contract; `target_chars` beats `length`. Unknown keys are dropped. */
export const GenerateBody = t.Object({
  prompt: maybe(t.String({ maxLength: 4_000 })),
  keywords: maybe(t.Array(t.String({ maxLength: 50 }), { maxItems: 10 })),
  genre: maybe(t.String({ maxLength: 50 })),
  length: maybe(t.Union([t.Literal('short'), t.Literal('medium'), t.Literal('long')])),
  tone: maybe(t.String({ maxLength: 50 })),
  model: maybe(t.String({ maxLength: 100 })),
  target_chars: maybe(t.Integer({ minimum: 500, maximum: 30_000 })),
  chapters: maybe(t.Integer({ minimum: 1, maximum: 20 })),
  is_public: maybe(t.Boolean()),
  idempotency_key: maybe(t.String({ minLength: 1, maxLength: 200 })),
});

/** The plain form: no stream, no prompt, at least one keyword. */
export const PlainBody = t.Object({
  keywords: t.Array(t.String({ maxLength: 50 }), { minItems: 1, maxItems: 10 }),
  character_id: maybe(t.String({ format: 'uuid' })),
  genre: maybe(t.String({ maxLength: 50 })),
  length: maybe(t.Union([t.Literal('short'), t.Literal('medium'), t.Literal('long')])),
  tone: maybe(t.String({ maxLength: 50 })),
});

export const PlainStory = t.Object({
  title: t.String(),
  content: t.String(),
  keywords: t.Array(t.String()),
  genre: t.Nullable(t.String()),
  estimated_reading_time: t.Integer(),
});

export const GenerateHeaders = t.Object({
  'idempotency-key': t.Optional(t.String({ minLength: 1, maxLength: 200 })),
});

export const ResumeHeaders = t.Object({ 'last-event-id': t.Optional(t.String({ maxLength: 40 })) });

export const JobParams = t.Object({ jobId: t.String({ format: 'uuid' }) });

export const PatchBody = t.Object({
  title: maybe(t.String({ minLength: 1, maxLength: 200 })),
  is_public: maybe(t.Boolean()),
});

const FinalStory = t.Object({
  title: t.String(),
  content: t.String(),
  keywords: t.Array(t.String()),
  genre: t.Nullable(t.String()),
  estimated_reading_time: t.Integer(),
  metadata: t.Object({ concept: t.String(), world: t.String(), characters: t.String() }),
});

export const GenJob = t.Object({
  status: t.Union([
    t.Literal('queued'),
    t.Literal('running'),
    t.Literal('done'),
    t.Literal('error'),
    t.Literal('cancelled'),
  ]),
  stage: t.String(),
  content_so_far: t.String(),
  preview_sent: t.Boolean(),
  title: t.String(),
  is_public: t.Boolean(),
  final_result: t.Nullable(FinalStory),
  error_message: t.Nullable(t.String()),
  cancelled: t.Boolean(),
});

export type GenerateInput = Static<typeof GenerateBody>;
export type PlainInput = Static<typeof PlainBody>;
export type GenJobView = Static<typeof GenJob>;
