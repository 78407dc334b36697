import { t } from 'elysia';
import type { TSchema } from 'typebox';
import { Type } from 'typebox';
import { type StandardSchema, std } from '../../lib/std.ts';

const Uuid = t.String({ format: 'uuid' });

/** A document that a route answers, which is right by the way it is made: the schema is for the documentation. */
export function shown(schema: TSchema): StandardSchema<unknown> {
  const { '~standard': standard, ...rest } = std(schema);
  return { ...rest, '~standard': { ...standard, validate: (value) => ({ value }) } };
}

/** What is sent is judged by the service, which knows older shapes too. */
export const Sent = shown(Type.Any());

export const ReadHeaders = t.Object({ 'if-none-match': t.Optional(t.String({ maxLength: 2_000 })) });
export const WriteHeaders = t.Object({ 'if-match': t.Optional(t.String({ maxLength: 2_000 })) });

export const RevisionParams = t.Object({ n: t.Integer({ minimum: 1, maximum: 2_147_483_647 }) });
export const Revisions = t.Array(
  t.Object({
    version: t.Integer(),
    origin: t.String(),
    restored_version: t.Nullable(t.Integer()),
    created_at: t.String({ format: 'date-time' }),
    created_by: t.Nullable(t.String()),
    is_current: t.Boolean(),
  }),
);

export const ContentsQuery = t.Object({
  type: t.String({ default: 'all', maxLength: 40 }),
  search: t.Optional(t.String({ maxLength: 200 })),
  page: t.Integer({ default: 1, minimum: 1, maximum: 1_000_000 }),
  page_size: t.Integer({ default: 20 }),
  is_public: t.Union([t.Literal('all'), t.Literal('true'), t.Literal('false')], { default: 'all' }),
});
export const Contents = t.Object({
  items: t.Array(
    t.Object({
      id: Uuid,
      type: t.String(),
      name: t.String(),
      creator_name: t.String(),
      is_public: t.Boolean(),
      created_at: t.String({ format: 'date-time' }),
    }),
  ),
  total: t.Integer(),
  page: t.Integer(),
  page_size: t.Integer(),
});

/** Bad ones are a 400 here, by the contract. */
export const WorkParams = t.Object({ type: t.String({ maxLength: 100 }), id: t.String({ maxLength: 100 }) });
export const VisibilityBody = t.Nullable(t.Object({ is_public: t.Optional(t.Unknown()) }));
export const Work = t.Object({ id: Uuid, type: t.String(), name: t.String(), is_public: t.Boolean() });
