import { type TSchema, t } from 'elysia';

/** Deepest page of a list; further in, a search finds more than leafing. */
const MAX_SKIP = 10_000;

/** An optional field that may also be sent as an explicit null, as the existing front end does nearly everywhere. */
export const maybe = <S extends TSchema>(schema: S) => t.Optional(t.Nullable(schema));

/** Path parameters with one UUID. */
export const IdParams = t.Object({ id: t.String({ format: 'uuid' }) });

/** `skip` and `limit` of a list; out of range is a 422. */
export const pageQuery = (defaultLimit: number, maxLimit: number) =>
  t.Object({
    skip: t.Integer({ minimum: 0, maximum: MAX_SKIP, default: 0 }),
    limit: t.Integer({ minimum: 1, maximum: maxLimit, default: defaultLimit }),
  });

export const Message = t.Object({ message: t.String() });

/** The body of every error (RFC 9457). */
export const Problem = t.Object({
  type: t.String(),
  title: t.String(),
  status: t.Integer(),
  code: t.String(),
  detail: t.String(),
  request_id: t.String(),
  errors: t.Optional(t.Array(t.Object({ pointer: t.String(), detail: t.String() }))),
});
