import { type Static, t } from 'elysia';
import { maybe } from '../../http/schema.ts';

const name = t.String({ minLength: 1, maxLength: 100 });
const description = t.String({ maxLength: 1_000 });
const applyScope = t.Union([t.Literal('all'), t.Literal('character'), t.Literal('origchat')]);

export const PersonaBody = t.Object({
  name,
  description: maybe(description),
  is_default: maybe(t.Boolean()),
  apply_scope: maybe(applyScope),
});

export const PersonaPatch = t.Object({
  name: maybe(name),
  description: maybe(description),
  is_default: maybe(t.Boolean()),
  apply_scope: maybe(applyScope),
});

export const SetActiveBody = t.Object({ persona_id: t.String({ format: 'uuid' }) });

export const Persona = t.Object({
  id: t.String(),
  user_id: t.String(),
  name: t.String(),
  description: t.String(),
  is_active: t.Boolean(),
  is_default: t.Boolean(),
  apply_scope: applyScope,
  created_at: t.String(),
  updated_at: t.String(),
});

export const Personas = t.Object({
  personas: t.Array(Persona),
  total_count: t.Integer(),
  active_persona: t.Nullable(Persona),
});

export type PersonaInput = Static<typeof PersonaBody>;
export type PersonaChange = Static<typeof PersonaPatch>;
export type PersonaView = Static<typeof Persona>;
export type PersonasView = Static<typeof Personas>;
