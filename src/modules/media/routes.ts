import { Elysia, t } from 'elysia';
import type { Ctx } from '../../context.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import { filesForm, uploadedFiles } from '../../http/multipart.ts';
import { IdParams } from '../../http/schema.ts';
import { fail } from '../../lib/errors.ts';
import { isUuid } from '../../lib/ids.ts';
import { listAssets, uploadAssets } from './assets.ts';
import { cropAsset } from './crop.ts';
import { attachAssets, changeAsset, orderAssets } from './gallery.ts';
import { generateImages, getImageJob } from './generate.ts';
import { deleteAssets } from './remove.ts';
import * as s from './schema.ts';

const tag = 'media';
const notSeen = [
  'character.not_found',
  'character.private',
  'story.not_found',
  'story.private',
  'auth.not_authenticated',
] as const;
const notOwned = ['character.not_found', 'character.not_yours', 'story.not_found', 'story.not_yours'] as const;

/** The galleries of characters and stories. */
export function mediaRoutes(ctx: Ctx) {
  return new Elysia({ prefix: '/media', name: 'media' })
    .use(guard(ctx))
    .use(galleryRoutes(ctx))
    .use(assetRoutes(ctx))
    .use(imageModelRoutes(ctx))
    .post('/events', () => ({ ok: true as const }), {
      visitor: true,
      query: s.EventQuery,
      response: s.Noted,
      detail: doc(tag, 'Takes note of what a page did with pictures; nothing is kept'),
    });
}

function galleryRoutes(ctx: Ctx) {
  return new Elysia({ name: 'media.galleries' })
    .use(guard(ctx))
    .get('/assets', ({ actor, query }) => listAssets(ctx, actor, entityOf(query)), {
      visitor: true,
      query: s.ListQuery,
      response: s.Assets,
      detail: doc(tag, 'A gallery; without an entity, my pictures that belong to nothing yet', [...notSeen]),
    })
    .post('/upload', ({ actor, request }) => uploadAssets(ctx, actor, uploadedFiles(request)), {
      member: { limit: 'upload', body: 'raw' },
      response: s.Assets,
      detail: doc(
        tag,
        'Upload 1 to 10 pictures that belong to nothing yet',
        ['files.none', 'files.too_many', 'files.not_an_image', 'files.too_many_pixels', 'files.malformed_form'],
        filesForm,
      ),
    })
    .post(
      '/assets/attach',
      ({ actor, query }) => {
        const assetIds = idsOf(query.asset_ids, query['asset_ids[]']);
        const asPrimary = yes(query.as_primary);
        return attachAssets(ctx, actor, { type: query.entity_type, id: query.entity_id }, { assetIds, asPrimary });
      },
      {
        member: true,
        query: s.AttachQuery,
        response: s.Assets,
        detail: doc(tag, 'Put my pictures into the gallery of my character or story', [
          ...notOwned,
          'media.bad_assets',
          'media.too_many',
        ]),
      },
    )
    .patch(
      '/assets/order',
      ({ actor, query }) => {
        const ids = idsOf(query.ordered_ids, query['ordered_ids[]']);
        return orderAssets(ctx, actor, { type: query.entity_type, id: query.entity_id }, ids);
      },
      {
        member: true,
        query: s.OrderQuery,
        response: s.Assets,
        detail: doc(tag, 'Order a gallery', [...notOwned, 'media.bad_assets']),
      },
    )
    .delete(
      '/assets',
      async ({ actor, query, set }) => {
        await deleteAssets(ctx, actor, idsOf(query.asset_ids, query['asset_ids[]']));
        set.status = 204;
      },
      {
        member: true,
        query: s.DeleteQuery,
        response: { 204: t.Void() },
        detail: doc(tag, 'Delete several pictures', ['media.not_found', 'media.not_yours', 'media.bad_assets']),
      },
    );
}

function assetRoutes(ctx: Ctx) {
  return new Elysia({ name: 'media.assets' })
    .use(guard(ctx))
    .patch(
      '/assets/:id',
      ({ actor, params, query }) =>
        changeAsset(ctx, actor, params.id, { isPrimary: yes(query.is_primary), orderIndex: query.order_index }),
      {
        member: true,
        params: IdParams,
        query: s.ChangeQuery,
        response: s.Asset,
        detail: doc(tag, 'Make a picture the main one, or move it', [
          'media.not_found',
          'media.not_yours',
          'media.not_attached',
        ]),
      },
    )
    .delete(
      '/assets/:id',
      async ({ actor, params, set }) => {
        await deleteAssets(ctx, actor, [params.id]);
        set.status = 204;
      },
      {
        member: true,
        params: IdParams,
        response: { 204: t.Void() },
        detail: doc(tag, 'Delete a picture', ['media.not_found', 'media.not_yours']),
      },
    )
    .post('/assets/:id/crop', ({ actor, params, body }) => cropAsset(ctx, actor, params.id, body), {
      member: { limit: 'upload' },
      params: IdParams,
      body: s.CropBody,
      response: s.Asset,
      detail: doc(tag, 'Cut a picture down to an area', [
        'media.not_found',
        'media.not_yours',
        'files.not_an_image',
        'files.too_many_pixels',
      ]),
    });
}

function imageModelRoutes(ctx: Ctx) {
  return new Elysia({ name: 'media.generation' })
    .use(guard(ctx))
    .post('/generate', () => generateImages(), {
      member: true,
      detail: doc(tag, 'Draw pictures with an image model; there is none', ['media.no_provider']),
    })
    .get('/jobs/:jobId', () => getImageJob(), {
      member: true,
      params: s.JobParams,
      detail: doc(tag, 'How far a drawing is', ['media.job_not_found']),
    })
    .post('/jobs/:jobId/cancel', () => getImageJob(), {
      member: true,
      params: s.JobParams,
      detail: doc(tag, 'Stop a drawing', ['media.job_not_found']),
    });
}

/** Both halves of what names an entity, or neither. Throws `http.invalid`. */
function entityOf(query: { entity_type?: s.EntityRef['type']; entity_id?: string }): s.EntityRef | undefined {
  const { entity_type: type, entity_id: id } = query;
  if (type !== undefined && id !== undefined) return { type, id };
  if (type === undefined && id === undefined) return undefined;
  const missing = type === undefined ? 'entity_type' : 'entity_id';
  throw fail('http.invalid', {
    params: { problem: missing },
    fields: [{ pointer: `/query/${missing}`, detail: 'is required' }],
  });
}

/** The ids of all spellings together. Throws `media.bad_assets` (400, by the contract) for what is no id. */
function idsOf(...lists: (s.IdList | undefined)[]): string[] {
  const ids = lists
    .flatMap((list) => list ?? [])
    .flatMap((text) => text.split(','))
    .map((id) => id.trim().toLowerCase());
  const given = [...new Set(ids.filter((id) => id !== ''))];
  const bad = given.find((id) => !isUuid(id));
  if (bad !== undefined || given.length > s.MAX_ASSETS)
    throw fail('media.bad_assets', { params: { problem: bad === undefined ? 'too many ids' : 'a malformed id' } });
  return given;
}

function yes(flag: string | undefined): boolean | undefined {
  return flag === undefined ? undefined : /^(1|true)$/i.test(flag);
}
