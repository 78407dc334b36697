import { sql } from 'drizzle-orm';
import type { Tx } from '../../db/tx.ts';

export type Belongings = Record<
  | 'chat_rooms'
  | 'chat_messages'
  | 'chat_message_edits'
  | 'character_settings'
  | 'character_example_dialogues'
  | 'character_likes'
  | 'character_comments'
  | 'memory_notes'
  | 'character_tags',
  number
>;

/** How much belongs to some characters, and goes with them. */
export async function countBelongings(tx: Tx, characterIds: string[]): Promise<Belongings> {
  const ids = sql`any (${sql.param(characterIds)}::uuid[])`;
  const of = (table: string) => sql`(select count(*)::int from ${sql.identifier(table)} where character_id = ${ids})`;
  const messages = sql`from messages m join rooms r on r.id = m.room_id where r.character_id = ${ids}`;
  const [row] = await tx.execute<Belongings>(sql`select
    ${of('rooms')} as chat_rooms,
    (select count(*)::int ${messages}) as chat_messages,
    (select count(*)::int from message_versions v where v.source = 'edit'
      and v.message_id in (select m.id ${messages})) as chat_message_edits,
    ${of('character_settings')} as character_settings,
    ${of('character_example_dialogues')} as character_example_dialogues,
    ${of('character_likes')} as character_likes,
    ${of('character_comments')} as character_comments,
    ${of('memory_notes')} as memory_notes,
    ${of('character_tags')} as character_tags`);
  if (!row) throw new Error('a select without a row');
  return row;
}
