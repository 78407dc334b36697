import { Elysia, t } from 'elysia';
import type { Ctx } from '../../context.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import { IdParams } from '../../http/schema.ts';
import { fail } from '../../lib/errors.ts';
import { draftOfAdvanced, draftOfEither, draftOfLegacy } from './advanced.ts';
import { deleteCharacter, togglePublic, updateCharacter } from './change.ts';
import { createCharacter } from './create.ts';
import { getCharacter } from './detail.ts';
import { listCharacters, listMine } from './list.ts';
import * as s from './schema.ts';
import { socialRoutes } from './social-routes.ts';
import * as w from './write-schema.ts';

const tag = 'characters';

/** Characters: lists, pages, the wizard's and the old writers, and all that hangs on one character. */
export function characterRoutes(ctx: Ctx) {
  return new Elysia({ prefix: '/characters', name: 'characters' })
    .use(guard(ctx))
    .get('', ({ query }) => listCharacters(ctx, query), {
      open: true,
      query: s.ListQuery,
      response: s.CharacterList,
      detail: doc(tag, 'Public characters: search, tags, sort, filters'),
    })
    .get('/my', ({ actor, query }) => listMine(ctx, actor, query), {
      member: true,
      query: s.MyQuery,
      response: s.CharacterList,
      detail: doc(tag, 'One’s own characters, newest first'),
    })
    .post(
      '',
      async ({ actor, body, set }) => {
        const view = await getCharacter(ctx, actor, await createCharacter(ctx, actor, draftOfEither(body)));
        set.status = 201;
        return { ...view, background_story: view.world_setting };
      },
      {
        member: true,
        body: w.LegacyBody,
        response: { 201: s.CharacterLegacy },
        detail: doc(tag, 'Create a character, the old way (flat fields, or the wizard’s sections)'),
      },
    )
    .get('/:id', ({ actor, params }) => getCharacter(ctx, actor, params.id), {
      visitor: true,
      params: IdParams,
      response: s.CharacterDetail,
      detail: doc(tag, 'One character; its owner and administrators see all of it', [
        'character.not_found',
        'character.private',
        'auth.not_authenticated',
      ]),
    })
    .put('/:id', ({ actor, params, body }) => updateCharacter(ctx, actor, params.id, draftOfLegacy(body)), {
      member: true,
      params: IdParams,
      body: w.LegacyUpdateBody,
      response: s.CharacterLegacy,
      detail: doc(tag, 'Change sent fields, the old way', ['character.not_found', 'character.not_yours']),
    })
    .patch(
      '/:id/toggle-public',
      ({ actor, params, body }) => togglePublic(ctx, actor, params.id, body?.is_public ?? undefined),
      {
        member: true,
        params: IdParams,
        body: w.ToggleBody,
        response: s.CharacterLegacy,
        detail: doc(tag, 'Turn visibility over, or set it', [
          'character.not_found',
          'character.private',
          'character.not_yours',
        ]),
      },
    )
    .delete(
      '/:id',
      async ({ actor, params, set }) => {
        await deleteCharacter(ctx, actor, params.id);
        set.status = 204;
      },
      {
        member: true,
        params: IdParams,
        response: { 204: t.Void() },
        detail: doc(tag, 'Delete a character with all that belongs to it', [
          'character.not_found',
          'character.not_yours',
        ]),
      },
    )
    .use(advancedRoutes(ctx))
    .use(absentRoutes(ctx))
    .use(socialRoutes(ctx));
}

function advancedRoutes(ctx: Ctx) {
  return new Elysia({ prefix: '/advanced', name: 'characters.advanced' })
    .use(guard(ctx))
    .get('/:id', ({ actor, params }) => getCharacter(ctx, actor, params.id), {
      member: true,
      params: IdParams,
      response: s.CharacterDetail,
      detail: doc(tag, 'One character, for members', ['character.not_found', 'character.private']),
    })
    .post(
      '',
      async ({ actor, body, set }) => {
        const view = await getCharacter(ctx, actor, await createCharacter(ctx, actor, draftOfAdvanced(body)));
        set.status = 201;
        return view;
      },
      {
        member: true,
        body: w.AdvancedBody,
        response: { 201: s.CharacterDetail },
        detail: doc(tag, 'Create a character by the wizard; a 422 lists its fields in `detail`'),
      },
    )
    .put(
      '/:id',
      async ({ actor, params, body }) => {
        await updateCharacter(ctx, actor, params.id, draftOfAdvanced(body));
        return getCharacter(ctx, actor, params.id);
      },
      {
        member: true,
        params: IdParams,
        body: w.AdvancedUpdateBody,
        response: s.CharacterDetail,
        detail: doc(tag, 'Change sent fields by the wizard; a 422 lists its fields in `detail`', [
          'character.not_found',
          'character.not_yours',
        ]),
      },
    );
}

/** The old front end has calls for these; there is nothing behind them. */
function absentRoutes(ctx: Ctx) {
  const routes = new Elysia({ name: 'characters.absent' }).use(guard(ctx));
  for (const path of ['/world-settings', '/custom-modules'] as const)
    routes
      .get(path, () => [], {
        member: true,
        response: t.Array(t.Any()),
        detail: doc(tag, `Always empty: ${path.slice(1)} are not built`),
      })
      .post(
        path,
        () => {
          throw fail('character.not_built');
        },
        { member: true, detail: doc(tag, `Not built: ${path.slice(1)}`, ['character.not_built']) },
      );
  return routes;
}
