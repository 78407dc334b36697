import type { Ctx } from '../../context.ts';
import type { Member } from '../../lib/actor.ts';
import { AppError, fail } from '../../lib/errors.ts';
import { languageOf } from '../../lib/language.ts';
import { isRedisDown } from '../../redis/client.ts';
import { keys } from '../../redis/keys.ts';
import { takeLease } from '../../redis/lease.ts';
import { activePersona } from '../personas/active.ts';
import { loadRoom, type RoomAccessRow } from '../turns/access.ts';
import { introduceRoom, openRoom } from '../turns/open-room.ts';
import { loadPlayable, type PlayableCharacter } from '../turns/snapshot.ts';
import { viewRoom } from '../turns/views.ts';
import { userNameOf } from '../turns/writer.ts';
import { anchorOf, changedDetails, detailsOf, newDetails, newSettings } from './details.ts';
import { type GreetingScene, storedGreeting, writeGreeting } from './greeting.ts';
import { readStart } from './input.ts';
import { findStory, goesOnAfter } from './knowledge-queries.ts';
import { knowledgeOfRoom } from './read-knowledge.ts';
import type { RoomView, StartInput } from './schema.ts';
import { sheetForStory } from './sheet.ts';
import { tellStarts } from './start-count.ts';
import { addStart } from './start-count-queries.ts';

const INTRO_LEASE_MS = 15_000;

/**
 * Opens a story for play: the current room with the character, changed in what was asked, or a new one, which is counted
 * and greets. Throws `origchat.character_required` (400), then in this order `character.not_found` (404),
 * `chat.story_gone` (410), `character.private` and `chat.story_private` (403), `origchat.no_story` and
 * `origchat.wrong_story` (400); `http.idempotency_mismatch` (422).
 */
export async function startStory(
  ctx: Ctx,
  actor: Member,
  body: StartInput,
  headerKey: string | undefined,
): Promise<RoomView> {
  const wish = readStart(body);
  if (wish.characterId === undefined) throw fail('origchat.character_required');
  const { character, storyId } = await loadCast(ctx, actor, wish.characterId, wish.storyId);
  const [persona, userName, story, goesOn] = await Promise.all([
    activePersona(ctx, actor.userId, 'origchat'),
    userNameOf(ctx, actor.userId),
    findStory(ctx.db.pool, storyId),
    goesOnAfter(ctx.db.pool, storyId, anchorOf(wish)),
  ]);
  if (!story || story.deletedAt !== null) throw fail('chat.story_gone');
  const snapshot = sheetForStory(character.snapshot, { spoils: character.isImported && goesOn });
  const names = { user: persona?.name || userName, character: character.name };
  const language = languageOf(`${story.title} ${story.content.slice(0, 2_000)}`, 'ko');
  const greeting = wish.pov === 'persona' ? undefined : storedGreeting(snapshot, names);
  const { idempotencyKey: bodyKey, ...asked } = wish;
  const idempotencyKey = wish.forced ? (headerKey ?? bodyKey) : undefined;
  const count = { now: 0 };
  const { room, created } = await openRoom(ctx, actor, {
    kind: 'origchat',
    character: { ...character, snapshot },
    openingId: undefined,
    userName: names.user,
    fresh: wish.forced,
    asked,
    storyId,
    details: newDetails(wish, { language, greeted: greeting !== undefined }),
    settings: newSettings(wish),
    changes: { details: changedDetails(wish), settings: wish.length ? { response_length_pref: wish.length } : {} },
    alongside: async (tx) => {
      const now = await addStart(tx, storyId);
      if (now === undefined) throw fail('chat.story_gone');
      count.now = now;
    },
    firstMessages: greeting === undefined ? [] : [{ content: greeting, metadata: { kind: 'intro' } }],
    firstSender: 'character',
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  });
  if (created) await tellStarts(ctx, storyId, count.now);
  if (room.messageCount > 0) return viewRoom(room);
  await introduce(ctx, room, { snapshot, names, persona: persona?.description ?? '' });
  return viewRoom(await loadRoom(ctx, actor, room.id));
}

/** The character and the story it comes from, which is the given one. */
async function loadCast(
  ctx: Ctx,
  actor: Member,
  characterId: string,
  wanted: string | undefined,
): Promise<{ character: PlayableCharacter; storyId: string }> {
  const [story, found] = await Promise.all([
    wanted === undefined ? undefined : findStory(ctx.db.pool, wanted),
    loadPlayable(ctx, actor, characterId).catch((error: unknown) => {
      if (error instanceof AppError) return error;
      throw error;
    }),
  ]);
  if (found instanceof AppError && found.code === 'character.not_found') throw found;
  if (wanted !== undefined && (!story || story.deletedAt !== null)) throw fail('chat.story_gone');
  if (found instanceof AppError) throw found;
  const storyId = found.originStoryId;
  if (wanted !== undefined && wanted !== storyId) throw fail('origchat.wrong_story');
  if (storyId === null) throw fail('origchat.no_story');
  return { character: found, storyId };
}

/**
 * Writes the greeting of a room that has no message yet, unless somebody is at it: then the page sees the room prepare.
 * It goes on when the client leaves, and is the built-in one when the process has to go.
 */
async function introduce(
  ctx: Ctx,
  room: RoomAccessRow,
  scene: Omit<GreetingScene, 'knowledge' | 'language'>,
): Promise<void> {
  const lease = await takeIntro(ctx, room.id);
  if (!lease) return;
  const greet = async () => {
    const { language } = detailsOf(room);
    const knowledge = await knowledgeOfRoom(ctx, room);
    const content = await writeGreeting(ctx, { ...scene, knowledge, language }, ctx.stopping);
    await introduceRoom(ctx, room.id, {
      first: [{ content, metadata: { kind: 'intro' } }],
      sender: 'character',
      details: { intro: 'done' },
    });
  };
  const work = greet().finally(() => lease.release());
  const kept: Promise<void> = work.catch(() => undefined).finally(() => ctx.background.delete(kept));
  ctx.background.add(kept);
  await work;
}

/** Undefined: somebody else holds it. Without Redis everybody does, and Postgres keeps one greeting. */
async function takeIntro(ctx: Ctx, roomId: string): Promise<{ release(): Promise<void> } | undefined> {
  try {
    return await takeLease(ctx.redis.commands, keys.origchatIntro(roomId), { ttlMs: INTRO_LEASE_MS });
  } catch (error) {
    if (!isRedisDown(error)) throw error;
    return { release: async () => undefined };
  }
}
