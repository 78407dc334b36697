import type { Ctx } from '../../context.ts';
import type { Member } from '../../lib/actor.ts';
import { isRedisDown } from '../../redis/client.ts';
import { keys, ttlSeconds } from '../../redis/keys.ts';
import { normaliseStartSets } from '../characters/start-sets/normalise.ts';
import { loadRoom } from './access.ts';
import { readScript } from './engine/script.ts';
import { settingsInForce } from './engine/settings.ts';
import { currentStats } from './engine/stats.ts';
import { findRoomState, type RoomAccessRow } from './room-queries.ts';

const FEWEST_TURNS = 50;

/**
 * A room's state as its page reads it. Postgres is the truth; Redis keeps the answer, which is good for the version of
 * the row it was made from, so that nothing needs to be taken out of it.
 */
export async function getMeta(ctx: Ctx, actor: Member, roomId: string): Promise<Record<string, unknown>> {
  const room = await loadRoom(ctx, actor, roomId);
  const known = await readCached(ctx, room);
  if (known) return known;
  const { version, meta } = await buildMeta(ctx, room);
  await writeCached(ctx, roomId, version, meta);
  return meta;
}

async function buildMeta(ctx: Ctx, room: RoomAccessRow) {
  const row = await findRoomState(ctx.db.pool, room.id);
  if (!row) throw new Error('the room went away');
  const { snapshot, state, details } = row;
  const script = readScript(snapshot, row.openingId);
  const sets = normaliseStartSets(snapshot.character.startSets);
  const declared = sets?.sim_options?.max_turns ?? sets?.max_turns ?? null;
  const maxTurns = declared !== null && declared >= FEWEST_TURNS ? declared : null;
  const detail = (name: string, fallback: unknown = null) => details[name] ?? fallback;
  const meta = {
    mode: room.kind === 'origchat' ? 'plain' : null,
    start: detail('start', {}),
    focus_character_id: detail('focus_character_id'),
    range_from: detail('range_from'),
    range_to: detail('range_to'),
    player_max: detail('player_max'),
    max_turns: detail('max_turns', maxTurns),
    turn_count: row.turnCount,
    turn_no_cache: row.turnCount,
    completed: detail('completed', false),
    seed_label: detail('seed_label'),
    narrator_mode: detail('narrator_mode', false),
    init_stage: 'ready',
    intro_ready: true,
    is_infinite: script.maxTurns === null,
    opening_id: row.openingId ?? script.opening?.id ?? null,
    character_type: script.type,
    stat_defs: script.stats.map(({ id, label, min, max, base }) => ({
      id,
      label,
      min_value: min,
      max_value: max,
      base_value: base,
    })),
    stat_state: currentStats(script.stats, state.stats),
    stat_last_delta: state.lastDelta,
    stat_last_delta_turn: state.lastDeltaTurn,
    ending: state.ending,
    pending_choices_active: state.pendingChoices.length > 0,
    settings: settingsInForce(row.settings, row.userLength),
    updated_at: Math.floor(row.updatedAt.getTime() / 1_000),
  };
  return { version: row.version, meta };
}

async function readCached(ctx: Ctx, { id, version }: RoomAccessRow): Promise<Record<string, unknown> | undefined> {
  try {
    const text = await ctx.redis.commands.get(keys.roomMeta(id));
    const cached = text === null ? undefined : (JSON.parse(text) as { version?: unknown; meta?: unknown });
    if (cached?.version !== version || typeof cached.meta !== 'object' || cached.meta === null) return undefined;
    return cached.meta as Record<string, unknown>;
  } catch (error) {
    // What somebody else wrote there is not ours to read.
    if (error instanceof SyntaxError || isRedisDown(error)) return undefined;
    throw error;
  }
}

async function writeCached(ctx: Ctx, roomId: string, version: number, meta: Record<string, unknown>): Promise<void> {
  try {
    await ctx.redis.commands.set(keys.roomMeta(roomId), JSON.stringify({ version, meta }), 'EX', ttlSeconds.roomMeta);
  } catch (error) {
    if (!isRedisDown(error)) throw error;
  }
}
