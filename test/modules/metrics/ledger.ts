import { sql } from 'drizzle-orm';
import { newId } from '../../../src/lib/ids.ts';
import type { Person } from '../../harness/people.ts';
import type { World } from '../../harness/world.ts';

const RUN = (world: World, query: ReturnType<typeof sql>) => world.ctx.db.pool.execute(query);

/** A room whose user wrote at the given instants, as rows: no model is asked. */
export async function roomWith(world: World, person: Person, characterId: string, at: Date[], openedAt?: Date) {
  const roomId = newId();
  const opened = openedAt ?? new Date(Math.min(...at.map((each) => each.getTime())) - 1_000);
  await RUN(
    world,
    sql`insert into rooms (id, user_id, character_id, kind, is_current, title, snapshot, state, created_at)
      values (${roomId}, ${person.id}, ${characterId}, 'chat', false, 'r', '{}'::jsonb, '{}'::jsonb, ${opened.toISOString()}::timestamptz)`,
  );
  for (const [seq, instant] of at.entries())
    for (const [half, part] of (['user', 'reply'] as const).entries())
      await RUN(
        world,
        sql`insert into messages (id, room_id, seq, part, sender_type, content, created_at)
          values (${newId()}, ${roomId}, ${seq * 2 + half + 1}, ${part}, 'user', 'x', ${instant.toISOString()}::timestamptz)`,
      );
  return roomId;
}

/** An instant by the wall clock of Seoul. */
export const seoul = (text: string) => new Date(`${text}+09:00`);
/** Moves a world's clock to an instant. */
export function travel(world: World, to: Date): void {
  world.clock.advance((to.getTime() - world.clock.now().getTime()) / 1_000);
}
