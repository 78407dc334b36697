import { sql } from 'drizzle-orm';
import type { Tx } from '../../db/tx.ts';

/**
 * Copies a room's line up to a place into another room, in one statement: completed turns with new ids, their messages
 * in the same order with the text that is shown now, and the summary of that time.
 */
export async function copyLine(
  tx: Tx,
  {
    fromRoomId,
    toRoomId,
    uptoSeq,
    summarySeq,
  }: { fromRoomId: string; toRoomId: string; uptoSeq: number; summarySeq: number },
): Promise<void> {
  await tx.execute(sql`
    with copied as materialized (
      select t.id, gen_random_uuid() as new_id from turns t
      where t.room_id = ${fromRoomId} and t.status = 'done'
        and exists (select 1 from messages m where m.turn_id = t.id and m.seq <= ${uptoSeq})
    ), new_turns as (
      insert into turns (id, room_id, kind, turn_no, status, request_hash, model, price_points, language, state_before,
        state_after, summary_seq, report, text, event_count, stop_requested, stopped, started_at, heartbeat_at, ended_at)
      select c.new_id, ${toRoomId}, t.kind, t.turn_no, 'done', t.request_hash, t.model, t.price_points, t.language,
        t.state_before, t.state_after, t.summary_seq, t.report, '', t.event_count, t.stop_requested, t.stopped,
        t.started_at, t.heartbeat_at, t.ended_at
      from turns t join copied c on c.id = t.id
    ), new_summaries as (
      insert into room_summaries (room_id, upto_seq, content, created_at)
      select ${toRoomId}, s.upto_seq, s.content, s.created_at from room_summaries s
      where s.room_id = ${fromRoomId} and s.upto_seq <= ${summarySeq}
    )
    insert into messages (id, room_id, turn_id, seq, part, sender_type, content, metadata, created_at)
    select gen_random_uuid(), ${toRoomId}, c.new_id, m.seq, m.part, m.sender_type, m.content, m.metadata, m.created_at
    from messages m left join copied c on c.id = m.turn_id
    where m.room_id = ${fromRoomId} and m.seq <= ${uptoSeq} and (m.turn_id is null or c.id is not null)`);
}

/** Where a room's line can be cut at a message: the end of its turn, and the turn itself. */
export async function findCut(tx: Tx, roomId: string, seq: number) {
  const rows = await tx.execute<{
    upto_seq: number;
    messages: number;
    turn_id: string | null;
  }>(sql`
    with last as (
      select m.turn_id from messages m
      where m.room_id = ${roomId} and m.seq <= ${seq} and m.turn_id is not null
      order by m.seq desc limit 1
    ), cut as (
      select greatest(
        coalesce((select max(m.seq) from messages m join last l on l.turn_id = m.turn_id), 0),
        coalesce((select max(m.seq) from messages m where m.room_id = ${roomId} and m.seq <= ${seq}), 0)
      ) as upto_seq
    )
    select cut.upto_seq, (select turn_id from last) as turn_id,
      (select count(*)::int from messages m where m.room_id = ${roomId} and m.seq <= cut.upto_seq) as messages
    from cut`);
  return rows[0];
}

export async function findSummaryAt(tx: Tx, roomId: string, uptoSeq: number): Promise<string | null> {
  const rows = await tx.execute<{ content: string }>(
    sql`select s.content from room_summaries s where s.room_id = ${roomId} and s.upto_seq = ${uptoSeq}`,
  );
  return rows[0]?.content ?? null;
}

/** The number of the last counted turn up to a place. */
export async function findLastNumber(tx: Tx, roomId: string, uptoSeq: number): Promise<number | undefined> {
  const rows = await tx.execute<{ turn_no: number | null }>(sql`
    select max(t.turn_no) as turn_no from turns t
    where t.room_id = ${roomId} and t.status = 'done'
      and exists (select 1 from messages m where m.turn_id = t.id and m.seq <= ${uptoSeq})`);
  return rows[0]?.turn_no ?? undefined;
}
