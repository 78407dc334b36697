import type { Ctx } from '../../context.ts';
import type { Member } from '../../lib/actor.ts';
import { addSeconds } from '../../lib/clock.ts';
import { isRedisDown } from '../../redis/client.ts';
import { keys, ttlSeconds } from '../../redis/keys.ts';
import { normaliseStartSets } from '../characters/start-sets/normalise.ts';
import { loadRoom } from './access.ts';
import { readScript } from './engine/script.ts';
import { settingsInForce } from './engine/settings.ts';
import { currentStats } from './engine/stats.ts';
import { findRoom, findRoomState, type RoomAccessRow } from './room-queries.ts';
import { findNewestDone } from './turn-queries.ts';

const FEWEST_TURNS = 50;

type Meta = Record<string, unknown>;
/** The last completed turn that had an idempotency key. */
export type LastKey = { key: string; requestHash: string; turnId: string };
type Cached = { version: number; userLength: string; meta: Meta; last: LastKey | null };

/**
 * A room's state as its page reads it. Postgres is the truth; Redis keeps the answer, which is good for the version of
 * the row, and the wish of its user, that it was made from, so that nothing needs to be taken out of it.
 */
export async function getMeta(ctx: Ctx, actor: Member, roomId: string): Promise<Meta> {
  const room = await loadRoom(ctx, actor, roomId);
  return ((await readCached(ctx, room)) ?? (await makeMeta(ctx, room))).meta;
}

/** Has the meta of a room ready in Redis before its page asks. */
export async function warmMeta(ctx: Ctx, roomId: string): Promise<void> {
  const room = await findRoom(ctx.db.pool, roomId);
  if (room) await makeMeta(ctx, room);
}

/** The last key of a room, when Redis knows it for the room as it is now. */
export async function lastKeyOf(ctx: Ctx, room: RoomAccessRow): Promise<LastKey | undefined> {
  return (await readCached(ctx, room))?.last ?? undefined;
}

async function makeMeta(ctx: Ctx, room: RoomAccessRow): Promise<Cached> {
  const [built, newest] = await Promise.all([buildMeta(ctx, room), findNewestDone(ctx.db.pool, room.id)]);
  const last =
    newest?.idempotencyKey == null
      ? null
      : { key: newest.idempotencyKey, requestHash: newest.requestHash, turnId: newest.id };
  const cached = { ...built, meta: { ...built.meta, last_idem_key: last?.key ?? null }, last };
  // A greeting may never come, and no change would tell.
  if (built.meta.init_stage === 'ready') await writeCached(ctx, room.id, cached);
  return cached;
}

/** A greeting that has not come by then will not come. */
const INTRO_SECONDS = 30;

/** How far a new room has got: `preparing` until its greeting is there. */
function introOf(room: RoomAccessRow, { details }: { details: Meta }, now: Date) {
  const waits =
    details.intro === 'pending' && room.messageCount === 0 && addSeconds(room.createdAt, INTRO_SECONDS) > now;
  return { init_stage: waits ? 'preparing' : 'ready', intro_ready: !waits };
}

async function buildMeta(ctx: Ctx, room: RoomAccessRow): Promise<Omit<Cached, 'last'>> {
  const row = await findRoomState(ctx.db.pool, room.id);
  if (!row) throw new Error('the room went away');
  const { snapshot, state, details } = row;
  const script = readScript(snapshot, row.openingId);
  const sets = normaliseStartSets(snapshot.character.startSets);
  const declared = sets?.sim_options?.max_turns ?? sets?.max_turns ?? null;
  const maxTurns = declared !== null && declared >= FEWEST_TURNS ? declared : null;
  const most = details.max_turns;
  const limit = typeof most === 'number' ? most : maxTurns;
  const detail = (name: string, fallback: unknown = null) => details[name] ?? fallback;
  const meta = {
    mode: room.kind === 'origchat' ? 'plain' : null,
    start: detail('start', {}),
    focus_character_id: detail('focus_character_id'),
    range_from: detail('range_from'),
    range_to: detail('range_to'),
    player_max: detail('player_max'),
    max_turns: limit,
    turn_count: row.turnCount,
    turn_no_cache: row.turnCount,
    completed: room.kind === 'origchat' && limit !== null && row.turnCount >= limit,
    seed_label: detail('seed_label'),
    narrator_mode: detail('narrator_mode', false),
    ...introOf(room, row, ctx.clock.now()),
    is_infinite: room.kind === 'chat' && script.maxTurns === null,
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
    initial_choices: state.pendingChoices,
    settings: settingsInForce(row.settings, row.userLength),
    updated_at: Math.floor(row.updatedAt.getTime() / 1_000),
  };
  return { version: row.version, userLength: row.userLength, meta };
}

async function readCached(ctx: Ctx, { id, version, userLength }: RoomAccessRow): Promise<Cached | undefined> {
  try {
    const text = await ctx.redis.commands.get(keys.roomMeta(id));
    const cached = text === null ? undefined : (JSON.parse(text) as Partial<Cached> | null);
    if (cached?.version !== version || cached.userLength !== userLength) return undefined;
    if (typeof cached.meta !== 'object' || cached.meta === null) return undefined;
    return { version, userLength, meta: cached.meta, last: cached.last ?? null };
  } catch (error) {
    // What somebody else wrote there is not ours to read.
    if (error instanceof SyntaxError || isRedisDown(error)) return undefined;
    throw error;
  }
}

async function writeCached(ctx: Ctx, roomId: string, cached: Cached): Promise<void> {
  try {
    await ctx.redis.commands.set(keys.roomMeta(roomId), JSON.stringify(cached), 'EX', ttlSeconds.roomMeta);
  } catch (error) {
    if (!isRedisDown(error)) throw error;
  }
}
