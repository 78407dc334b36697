import { Elysia, t } from 'elysia';
import type { Ctx } from '../../context.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import { IdParams } from '../../http/schema.ts';
import {
  changePersona,
  createPersona,
  deletePersona,
  getActivePersona,
  getPersona,
  listPersonas,
  setActivePersona,
} from './personas.ts';
import * as s from './schema.ts';

const tag = 'personas';

/** Who a user is in chats. Everybody sees and changes only their own. */
export function personaRoutes(ctx: Ctx) {
  return new Elysia({ prefix: '/user-personas', name: 'personas' })
    .use(guard(ctx))
    .get('', ({ actor }) => listPersonas(ctx, actor), {
      member: true,
      response: s.Personas,
      detail: doc(tag, 'My personas, and the active one'),
    })
    .post(
      '',
      ({ actor, body, set }) => {
        set.status = 201;
        return createPersona(ctx, actor, body);
      },
      {
        member: true,
        body: s.PersonaBody,
        response: { 201: s.Persona },
        detail: doc(tag, 'Make a persona; a default one becomes active', ['persona.too_many']),
      },
    )
    .post('/set-active', ({ actor, body }) => setActivePersona(ctx, actor, body.persona_id), {
      member: true,
      body: s.SetActiveBody,
      response: s.Persona,
      detail: doc(tag, 'Make one persona the active one', ['persona.not_found']),
    })
    .get('/active/current', ({ actor }) => getActivePersona(ctx, actor), {
      member: true,
      response: s.Persona,
      detail: doc(tag, 'The active persona', ['persona.none_active']),
    })
    .get('/:id', ({ actor, params }) => getPersona(ctx, actor, params.id), {
      member: true,
      params: IdParams,
      response: s.Persona,
      detail: doc(tag, 'One of my personas', ['persona.not_found']),
    })
    .put('/:id', ({ actor, params, body }) => changePersona(ctx, actor, params.id, body), {
      member: true,
      params: IdParams,
      body: s.PersonaPatch,
      response: s.Persona,
      detail: doc(tag, 'Change a persona', ['persona.not_found']),
    })
    .delete(
      '/:id',
      async ({ actor, params, set }) => {
        await deletePersona(ctx, actor, params.id);
        set.status = 204;
      },
      {
        member: true,
        params: IdParams,
        response: { 204: t.Void() },
        detail: doc(tag, 'Delete a persona; the default one takes the place of an active one', ['persona.not_found']),
      },
    );
}
