import { type Static, t } from 'elysia';
import { maybe } from '../../http/schema.ts';

const title = t.String({ minLength: 1, maxLength: 200 });
/** A longer one than allowed is a 400 here, by the contract; the service says so. */
const content = t.String({ minLength: 1, maxLength: 1_048_576 });

export const CharacterParams = t.Object({ characterId: t.String({ format: 'uuid' }) });

export const NoteBody = t.Object({
  character_id: t.String({ format: 'uuid' }),
  title,
  content,
  is_active: maybe(t.Boolean()),
});

export const NotePatch = t.Object({ title: maybe(title), content: maybe(content), is_active: maybe(t.Boolean()) });

export const Note = t.Object({
  id: t.String(),
  user_id: t.String(),
  character_id: t.String(),
  title: t.String(),
  content: t.String(),
  is_active: t.Boolean(),
  created_at: t.String(),
  updated_at: t.String(),
});

export const Notes = t.Object({ memory_notes: t.Array(Note), total_count: t.Integer() });

export type NoteInput = Static<typeof NoteBody>;
export type NoteChange = Static<typeof NotePatch>;
export type NoteView = Static<typeof Note>;
export type NotesView = Static<typeof Notes>;
