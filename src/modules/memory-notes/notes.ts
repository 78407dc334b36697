import type { Ctx } from '../../context.ts';
import { violatedReference, withTx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { blank, fail } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { loadVisible } from '../characters/access.ts';
import {
  countNotes,
  deleteNoteRow,
  findNote,
  findNotes,
  insertNote,
  lockNotes,
  type NoteRow,
  updateNote,
} from './queries.ts';
import type { NoteChange, NoteInput, NotesView, NoteView } from './schema.ts';

/** Of one user about one character. */
const MAX_NOTES = 100;
const MAX_CONTENT_CHARS = 1_000;

function view(row: NoteRow): NoteView {
  return {
    id: row.id,
    user_id: row.userId,
    character_id: row.characterId,
    title: row.title,
    content: row.content,
    is_active: row.isActive,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

/** The caller's own notes, also about a character that has become private since; there are never more than one page. */
export async function listNotes(ctx: Ctx, actor: Member, characterId: string): Promise<NotesView> {
  const rows = await findNotes(ctx.db.pool, actor.userId, characterId, MAX_NOTES);
  return { memory_notes: rows.map(view), total_count: rows.length };
}

/** One of the caller's own. Throws `memory_note.not_found`, also for somebody else's. */
export async function getNote(ctx: Ctx, actor: Member, id: string): Promise<NoteView> {
  return view(found(await findNote(ctx.db.pool, actor.userId, id)));
}

/**
 * Throws `character.not_found` (404), `character.private` (403), `memory_note.too_long` (400), `memory_note.too_many`
 * (409) and `http.invalid` (422).
 */
export async function createNote(ctx: Ctx, actor: Member, input: NoteInput): Promise<NoteView> {
  const title = filled('title', input.title.trim());
  const content = checkedContent(input.content);
  const characterId = input.character_id;
  await loadVisible(ctx, actor, characterId);
  const now = ctx.clock.now();
  try {
    return await withTx(ctx.db, async (tx) => {
      await lockNotes(tx, actor.userId, characterId);
      if ((await countNotes(tx, actor.userId, characterId)) >= MAX_NOTES)
        throw fail('memory_note.too_many', { params: { max: MAX_NOTES } });
      const isActive = input.is_active ?? true;
      const row = { id: newId(), userId: actor.userId, characterId, title, content, isActive };
      return view(await insertNote(tx, { ...row, createdAt: now, updatedAt: now }));
    });
  } catch (error) {
    // The character was deleted in between.
    if (violatedReference(error)) throw fail('character.not_found', { cause: error });
    throw error;
  }
}

/** Changes what is given. Throws `memory_note.not_found`, `memory_note.too_long` (400) and `http.invalid` (422). */
export async function changeNote(ctx: Ctx, actor: Member, id: string, input: NoteChange): Promise<NoteView> {
  const change = {
    ...(input.title == null ? {} : { title: filled('title', input.title.trim()) }),
    ...(input.content == null ? {} : { content: checkedContent(input.content) }),
    ...(input.is_active == null ? {} : { isActive: input.is_active }),
  };
  if (Object.keys(change).length === 0) return getNote(ctx, actor, id);
  const updatedAt = ctx.clock.now();
  return view(found(await withTx(ctx.db, (tx) => updateNote(tx, actor.userId, id, { ...change, updatedAt }))));
}

/** Throws `memory_note.not_found`. */
export async function deleteNote(ctx: Ctx, actor: Member, id: string): Promise<void> {
  if (!(await withTx(ctx.db, (tx) => deleteNoteRow(tx, actor.userId, id)))) throw fail('memory_note.not_found');
}

function found(row: NoteRow | undefined): NoteRow {
  if (!row) throw fail('memory_note.not_found');
  return row;
}

function checkedContent(content: string): string {
  if ([...content].length > MAX_CONTENT_CHARS)
    throw fail('memory_note.too_long', { params: { max: MAX_CONTENT_CHARS } });
  if (content.trim() === '') throw blank('content');
  return content;
}

function filled(field: string, text: string): string {
  if (text === '') throw blank(field);
  return text;
}
