import type { Ctx } from '../../context.ts';
import { type Tx, withTx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { blank, fail } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import {
  activateDefault,
  countPersonas,
  deletePersonaRow,
  findActivePersona,
  findPersona,
  findPersonas,
  insertPersona,
  lockPersonas,
  type PersonaRow,
  takeMark,
  updatePersona,
} from './queries.ts';
import type { PersonaChange, PersonaInput, PersonasView, PersonaView } from './schema.ts';

/** Of one user. */
const MAX_PERSONAS = 50;

function view(row: PersonaRow): PersonaView {
  return {
    id: row.id,
    user_id: row.userId,
    name: row.name,
    description: row.description,
    is_active: row.isActive,
    is_default: row.isDefault,
    apply_scope: row.applyScope,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

/** All personas of a user; there are never more than one page could show. */
export async function listPersonas(ctx: Ctx, actor: Member): Promise<PersonasView> {
  const rows = await findPersonas(ctx.db.pool, actor.userId, MAX_PERSONAS);
  const active = rows.find((row) => row.isActive);
  return { personas: rows.map(view), total_count: rows.length, active_persona: active ? view(active) : null };
}

/** One of the caller's own. Throws `persona.not_found`, also for somebody else's. */
export async function getPersona(ctx: Ctx, actor: Member, id: string): Promise<PersonaView> {
  return view(found(await findPersona(ctx.db.pool, actor.userId, id)));
}

/** Throws `persona.none_active`. */
export async function getActivePersona(ctx: Ctx, actor: Member): Promise<PersonaView> {
  const row = await findActivePersona(ctx.db.pool, actor.userId);
  if (!row) throw fail('persona.none_active');
  return view(row);
}

/** A new default persona is the active one, too. Throws `persona.too_many` (409) and `http.invalid` (422). */
export async function createPersona(ctx: Ctx, actor: Member, input: PersonaInput): Promise<PersonaView> {
  const now = ctx.clock.now();
  const isDefault = input.is_default ?? false;
  const name = cleanName(input.name);
  return changing(ctx, actor, async (tx) => {
    if ((await countPersonas(tx, actor.userId)) >= MAX_PERSONAS)
      throw fail('persona.too_many', { params: { max: MAX_PERSONAS } });
    if (isDefault) await takeMark(tx, actor.userId, 'isDefault');
    if (isDefault) await takeMark(tx, actor.userId, 'isActive');
    const row = await insertPersona(tx, {
      id: newId(),
      userId: actor.userId,
      name,
      description: input.description ?? '',
      applyScope: input.apply_scope ?? 'all',
      isDefault,
      isActive: isDefault,
      createdAt: now,
      updatedAt: now,
    });
    return view(row);
  });
}

/** Changes what is given; who is active stays. Throws `persona.not_found` and `http.invalid` (422). */
export async function changePersona(ctx: Ctx, actor: Member, id: string, input: PersonaChange): Promise<PersonaView> {
  const change = {
    ...(input.name == null ? {} : { name: cleanName(input.name) }),
    ...(input.description == null ? {} : { description: input.description }),
    ...(input.apply_scope == null ? {} : { applyScope: input.apply_scope }),
    ...(input.is_default == null ? {} : { isDefault: input.is_default }),
  };
  if (Object.keys(change).length === 0) return getPersona(ctx, actor, id);
  return changing(ctx, actor, async (tx) => {
    if (change.isDefault) await takeMark(tx, actor.userId, 'isDefault');
    return view(found(await updatePersona(tx, actor.userId, id, { ...change, updatedAt: ctx.clock.now() })));
  });
}

/** Makes one persona the active one, and no other. Throws `persona.not_found`. */
export async function setActivePersona(ctx: Ctx, actor: Member, id: string): Promise<PersonaView> {
  return changing(ctx, actor, async (tx) => {
    await takeMark(tx, actor.userId, 'isActive');
    return view(found(await updatePersona(tx, actor.userId, id, { isActive: true })));
  });
}

/** When the active one goes, the default one takes its place. Throws `persona.not_found`. */
export async function deletePersona(ctx: Ctx, actor: Member, id: string): Promise<void> {
  await changing(ctx, actor, async (tx) => {
    const gone = found(await deletePersonaRow(tx, actor.userId, id));
    if (gone.isActive) await activateDefault(tx, actor.userId);
  });
}

function changing<T>(ctx: Ctx, actor: Member, work: (tx: Tx) => Promise<T>): Promise<T> {
  return withTx(ctx.db, async (tx) => {
    await lockPersonas(tx, actor.userId);
    return work(tx);
  });
}

function found(row: PersonaRow | undefined): PersonaRow {
  if (!row) throw fail('persona.not_found');
  return row;
}

function cleanName(name: string): string {
  const clean = name.trim();
  if (clean === '') throw blank('name');
  return clean;
}
