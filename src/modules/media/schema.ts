import { type Static, t } from 'elysia';

/** Of one gallery, and of one request. */
export const MAX_ASSETS = 100;

const entityType = t.Union([t.Literal('character'), t.Literal('story')]);
const id = t.String({ format: 'uuid' });
/** Any spelling of a list: repeated, with brackets, with commas between. Elysia's own lists answer a bad entry with a 500. */
const ids = t.Optional(
  t.Union([t.String({ maxLength: 4_000 }), t.Array(t.String({ maxLength: 4_000 }), { maxItems: MAX_ASSETS })]),
);
/** The client's spellings of yes and no. */
const flag = t.Optional(t.String({ pattern: '^([01]|[Tt]rue|[Ff]alse)$', maxLength: 5 }));

/** Without an entity: what the caller has uploaded and not attached yet. Addresses are public, so `presign` is moot. */
export const ListQuery = t.Object({
  entity_type: t.Optional(entityType),
  entity_id: t.Optional(id),
  presign: t.Optional(t.String({ maxLength: 10 })),
  expires_in: t.Optional(t.String({ maxLength: 10 })),
});

export const AttachQuery = t.Object({
  entity_type: entityType,
  entity_id: id,
  asset_ids: ids,
  'asset_ids[]': ids,
  as_primary: flag,
});

export const OrderQuery = t.Object({
  entity_type: entityType,
  entity_id: id,
  ordered_ids: ids,
  'ordered_ids[]': ids,
});

export const DeleteQuery = t.Object({ asset_ids: ids, 'asset_ids[]': ids });

export const ChangeQuery = t.Object({
  is_primary: flag,
  order_index: t.Optional(t.Integer({ minimum: 0, maximum: 100_000 })),
});

const pixels = t.Number({ minimum: 0, maximum: 1_000_000 });
/** In pixels of the picture as shown; a canvas sends fractions. */
export const CropBody = t.Object({ sx: pixels, sy: pixels, sw: pixels, sh: pixels });

export const JobParams = t.Object({ jobId: t.String({ minLength: 1, maxLength: 100 }) });

export const EventQuery = t.Object({ event: t.String({ minLength: 1, maxLength: 100, pattern: '^[\\w.:/-]+$' }) });

export const Asset = t.Object({
  id: t.String(),
  entity_type: t.Nullable(entityType),
  entity_id: t.Nullable(t.String()),
  url: t.String(),
  width: t.Integer(),
  height: t.Integer(),
  is_primary: t.Boolean(),
  order_index: t.Integer(),
  status: t.Literal('ready'),
  provider: t.String(),
  model: t.Nullable(t.String()),
  seed: t.Nullable(t.Integer()),
  ratio: t.String(),
  phash: t.String(),
  created_at: t.String(),
  updated_at: t.String(),
});

export const Assets = t.Object({ items: t.Array(Asset) });
export const Noted = t.Object({ ok: t.Literal(true) });

export type IdList = Static<typeof ids>;
export type EntityRef = { type: Static<typeof entityType>; id: string };
export type AssetView = Static<typeof Asset>;
export type AssetsView = Static<typeof Assets>;
export type CropInput = Static<typeof CropBody>;
