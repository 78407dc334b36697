import { Elysia } from 'elysia';
import type { Ctx } from '../../context.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import { IdParams, Message } from '../../http/schema.ts';
import { say } from '../../lib/messages.ts';
import { changeNote, createNote, deleteNote, getNote, listNotes } from './notes.ts';
import * as s from './schema.ts';

const tag = 'memory notes';

/** What a user wants a character to remember. Everybody sees and changes only their own. */
export function memoryNoteRoutes(ctx: Ctx) {
  return new Elysia({ prefix: '/memory-notes', name: 'memory-notes' })
    .use(guard(ctx))
    .get('/character/:characterId', ({ actor, params }) => listNotes(ctx, actor, params.characterId), {
      member: true,
      params: s.CharacterParams,
      response: s.Notes,
      detail: doc(tag, 'My notes about a character'),
    })
    .post(
      '',
      ({ actor, body, set }) => {
        set.status = 201;
        return createNote(ctx, actor, body);
      },
      {
        member: true,
        body: s.NoteBody,
        response: { 201: s.Note },
        detail: doc(tag, 'Write a note', [
          'character.not_found',
          'character.private',
          'memory_note.too_long',
          'memory_note.too_many',
        ]),
      },
    )
    .get('/:id', ({ actor, params }) => getNote(ctx, actor, params.id), {
      member: true,
      params: IdParams,
      response: s.Note,
      detail: doc(tag, 'One of my notes', ['memory_note.not_found']),
    })
    .put('/:id', ({ actor, params, body }) => changeNote(ctx, actor, params.id, body), {
      member: true,
      params: IdParams,
      body: s.NotePatch,
      response: s.Note,
      detail: doc(tag, 'Change a note, or switch it on or off', ['memory_note.not_found', 'memory_note.too_long']),
    })
    .delete(
      '/:id',
      async ({ actor, params, client }) => {
        await deleteNote(ctx, actor, params.id);
        return say('memory_note.deleted', client.language);
      },
      {
        member: true,
        params: IdParams,
        response: Message,
        detail: doc(tag, 'Delete a note', ['memory_note.not_found']),
      },
    );
}
