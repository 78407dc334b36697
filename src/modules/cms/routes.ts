import { Elysia } from 'elysia';
import type { TSchema } from 'typebox';
import type { Ctx } from '../../context.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import { hasEtag } from '../../lib/etag.ts';
import { bannersSchema } from './banners.ts';
import { listContents, moderate, toggleVisibility } from './contents.ts';
import { banners, type Definition, popups, singlePopup, slots, tagDisplay } from './documents.ts';
import { popupSchema, popupsSchema } from './popups.ts';
import { openReader, type Shown } from './read.ts';
import * as s from './schema.ts';
import { slotsSchema } from './slots.ts';
import { tagDisplaySchema } from './tag-display.ts';
import { listRevisions, readRevision, replaceDocument, restoreRevision } from './write.ts';

const tag = 'cms';
/** For a while, in every browser on the way. */
const BRIEFLY = 'public, max-age=10';
/** What was made private must be gone with the next look. */
const ASK_EACH_TIME = 'public, max-age=0, must-revalidate';
/** A hundred slots with what the page knows of forty picks each. */
const MAX_SLOTS_BYTES = 8_388_608;

type Place = { path: string; what: string; schema: TSchema; caching?: string; maxBytes?: number };

/** What the home page shows, and what administrators do to people's works. */
export function cmsRoutes(ctx: Ctx) {
  return new Elysia({ prefix: '/cms', name: 'cms' })
    .use(guard(ctx))
    .use(documentRoutes(ctx, banners, { path: '/home/banners', what: 'The banners', schema: bannersSchema }))
    .use(revisionRoutes(ctx, banners, { path: '/home/banners', what: 'the banners', schema: bannersSchema }))
    .use(
      documentRoutes(ctx, slots, {
        ...{ path: '/home/slots', what: 'The slots with their picks', schema: slotsSchema },
        ...{ caching: ASK_EACH_TIME, maxBytes: MAX_SLOTS_BYTES },
      }),
    )
    .use(revisionRoutes(ctx, slots, { path: '/home/slots', what: 'the slots', schema: slotsSchema }))
    .use(documentRoutes(ctx, popups, { path: '/home/popups', what: 'The pop-ups', schema: popupsSchema }))
    .use(revisionRoutes(ctx, popups, { path: '/home/popups', what: 'the pop-ups', schema: popupsSchema }))
    .use(
      documentRoutes(ctx, singlePopup, { path: '/home/popup', what: 'The first pop-up, alone', schema: popupSchema }),
    )
    .use(
      documentRoutes(ctx, tagDisplay, {
        ...{ path: '/tags/character', what: 'Which tags come first and which are hidden', schema: tagDisplaySchema },
      }),
    )
    .use(revisionRoutes(ctx, tagDisplay, { path: '/tags/character', what: 'the tags', schema: tagDisplaySchema }))
    .use(contentRoutes(ctx));
}

function documentRoutes<D, V>(ctx: Ctx, definition: Definition<D, V>, place: Place) {
  const { path, what, schema, caching = BRIEFLY, maxBytes } = place;
  const read = openReader(ctx, definition);
  return new Elysia({ name: `cms${path}` })
    .use(guard(ctx))
    .get(
      path,
      async ({ headers }) => {
        const { json, etag, makeshift } = await read();
        const kept = makeshift ? undefined : { etag, 'cache-control': caching };
        if (kept && hasEtag(headers['if-none-match'], etag)) return new Response(null, { status: 304, headers: kept });
        return new Response(json, { headers: { 'content-type': 'application/json', ...kept } });
      },
      {
        open: true,
        headers: s.ReadHeaders,
        response: { 200: s.shown(schema) },
        detail: doc(tag, what),
      },
    )
    .put(
      path,
      async ({ actor, body, headers, set }) =>
        answer(set, await replaceDocument(ctx, actor, definition, { body, ifMatch: headers['if-match'] })),
      {
        admin: { maxBytes },
        headers: s.WriteHeaders,
        body: s.Sent,
        response: { 200: s.shown(schema) },
        detail: doc(tag, `${what}: replace all of it; If-Match refuses to overwrite what others wrote`, [
          'http.changed_meanwhile',
        ]),
      },
    );
}

function revisionRoutes<D, V>(ctx: Ctx, definition: Definition<D, V>, { path, what, schema }: Place) {
  return new Elysia({ prefix: path, name: `cms${path}/revisions` })
    .use(guard(ctx))
    .get('/revisions', () => listRevisions(ctx, definition), {
      admin: true,
      response: s.Revisions,
      detail: doc(tag, `Who wrote ${what} when, newest first; the last hundred`),
    })
    .get('/revisions/:n', ({ params }) => readRevision(ctx, definition, params.n), {
      admin: true,
      params: s.RevisionParams,
      response: { 200: s.shown(schema) },
      detail: doc(tag, `What an earlier version of ${what} held`, ['cms.no_revision']),
    })
    .post(
      '/revisions/:n/restore',
      async ({ actor, params, headers, set }) => {
        const ifMatch = headers['if-match'];
        return answer(set, await restoreRevision(ctx, actor, definition, { version: params.n, ifMatch }));
      },
      {
        admin: true,
        params: s.RevisionParams,
        headers: s.WriteHeaders,
        response: { 200: s.shown(schema) },
        detail: doc(tag, `Write ${what} as an earlier version had it`, ['cms.no_revision', 'http.changed_meanwhile']),
      },
    );
}

function answer<V>(set: { headers: Record<string, unknown> }, { body, etag }: Shown<V>): V {
  set.headers.etag = etag;
  return body;
}

function contentRoutes(ctx: Ctx) {
  const bad = ['cms.bad_type', 'cms.bad_id', 'character.not_found', 'story.not_found'] as const;
  return new Elysia({ prefix: '/contents', name: 'cms.contents' })
    .use(guard(ctx))
    .get('', ({ query }) => listContents(ctx, query), {
      admin: true,
      query: s.ContentsQuery,
      response: s.Contents,
      detail: doc(tag, 'Works of people, newest first; characters out of stories go with their story', [
        'cms.bad_type',
      ]),
    })
    .patch('/:type/:id/public', ({ actor, params, body }) => moderate(ctx, actor, params, body?.is_public), {
      admin: true,
      params: s.WorkParams,
      body: s.VisibilityBody,
      response: s.Work,
      detail: doc(tag, 'Make a character or a story public or private', [...bad, 'cms.bad_visibility']),
    })
    .patch('/:type/:id/toggle-public', ({ actor, params }) => toggleVisibility(ctx, actor, params), {
      admin: true,
      params: s.WorkParams,
      response: s.Work,
      detail: doc(tag, 'Turn the visibility of a character or a story over', [...bad]),
    });
}
