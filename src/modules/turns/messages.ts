import type { Ctx } from '../../context.ts';
import { withTx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { blank, fail } from '../../lib/errors.ts';
import { type Language, languageOf } from '../../lib/language.ts';
import { loadMessage, loadReply } from './access.ts';
import { createReplyFilter } from './engine/filter.ts';
import { characterLanguage } from './engine/language.ts';
import {
  countVotes,
  findBefore,
  findVersions,
  lockMessage,
  type MessageRow,
  setVote,
  updateMessage,
  type VersionRow,
} from './message-queries.ts';
import { phrase } from './prompt/templates.ts';
import { findRoomState } from './room-queries.ts';
import type { MessageView, ReportView, SendResultView, VersionsView } from './schema.ts';
import { metadataOfVersion } from './told-lines.ts';
import { findTurn, findWriter } from './turn-queries.ts';
import { addVersion, requireFreeVersion } from './version-rows.ts';
import { viewMessage } from './views.ts';

/** Puts an own text in the place of a reply: a new version. Throws 404, 403, 410, `chat.not_a_reply` (400). */
export async function editMessage(ctx: Ctx, actor: Member, messageId: string, content: string): Promise<MessageView> {
  await loadReply(ctx, actor, messageId);
  const text = content.trim();
  if (text === '') throw blank('content');
  return viewMessage(await changeText(ctx, messageId, text, 'edit'));
}

async function changeText(
  ctx: Ctx,
  messageId: string,
  content: string,
  source: VersionRow['source'],
): Promise<MessageRow> {
  const now = ctx.clock.now();
  return withTx(ctx.db, async (tx) => {
    const row = await lockMessage(tx, messageId);
    if (!row) throw fail('chat.message_not_found');
    return addVersion(tx, row, { content, source, now }, metadataOfVersion(row.metadata, { content, source }));
  });
}

const CONTEXT_MESSAGES = 8;
const CONTEXT_CHARS = 500;

/** Has the model write a reply anew: a new version, its text alone. No turn, no points; the state of the room stays. */
export async function regenerateMessage(
  ctx: Ctx,
  actor: Member,
  messageId: string,
  { instruction, language: asked }: { instruction: string; language: Language },
  signal: AbortSignal,
): Promise<SendResultView> {
  const { room, message } = await loadReply(ctx, actor, messageId);
  requireFreeVersion(message);
  const [state, writer, before] = await Promise.all([
    findRoomState(ctx.db.pool, room.id),
    findWriter(ctx.db.pool, actor.userId),
    findBefore(ctx.db.pool, room.id, message.seq, CONTEXT_MESSAGES),
  ]);
  if (!state || !writer) throw fail('chat.room_not_found');
  const names = { user: writer.username, character: state.snapshot.character.name };
  const language = languageOf(message.content, characterLanguage(state.snapshot, asked));
  const wish = instruction.trim() || phrase(language, 'regenerate.default');
  const filter = createReplyFilter(names.character);
  let text = '';
  const call = {
    task: 'chat.regenerate' as const,
    language,
    // Writing anew is free.
    model: ctx.llm.models.findFree(writer.preferredSubModel ?? writer.preferredModel).id,
    maxTokens: 2_700,
    messages: [
      ...before.map(({ part, content }) => ({
        role: part === 'user' ? ('user' as const) : ('assistant' as const),
        content: content.slice(-CONTEXT_CHARS).toWellFormed(),
      })),
      {
        role: 'user' as const,
        content: `${phrase(language, 'regenerate', { char: names.character, instruction: wish })}\n\n${message.content}`,
      },
    ],
    facts: {
      characterName: names.character,
      userName: names.user,
      text: message.content,
      instruction: wish,
      versions: message.versionCount,
    },
  };
  for await (const piece of ctx.llm.streamText(call, signal)) text += filter.push(piece);
  text += filter.end();
  if (text === '') throw fail('llm.bad_output');
  const changed = await changeText(ctx, messageId, text, 'regenerate');
  return {
    user_message: null,
    ai_message: viewMessage(changed),
    ending_message: null,
    meta: null,
    suggested_image_index: -1,
  };
}

/** The versions of a place; one that was never changed has one. Throws as `editMessage`. */
export async function listVersions(ctx: Ctx, actor: Member, messageId: string): Promise<VersionsView> {
  const { message } = await loadMessage(ctx, actor, messageId);
  const rows = await findVersions(ctx.db.pool, messageId);
  const all =
    rows.length > 0 ? rows : [{ no: 1, content: message.content, source: 'original', createdAt: message.createdAt }];
  return {
    message_id: messageId,
    selected: message.selectedVersion,
    versions: all.map(({ no, content, source, createdAt }) => ({
      n: no,
      content,
      source,
      created_at: createdAt.toISOString(),
      selected: no === message.selectedVersion,
    })),
  };
}

/** Shows another version in a place; its text alone changes. Throws `chat.version_not_found` (404). */
export async function selectVersion(ctx: Ctx, actor: Member, messageId: string, n: number): Promise<MessageView> {
  const { message } = await loadMessage(ctx, actor, messageId);
  const rows = await findVersions(ctx.db.pool, messageId);
  const version = rows.find(({ no }) => no === n);
  if (!version && !(n === 1 && rows.length === 0)) throw fail('chat.version_not_found');
  if (!version) return viewMessage(message);
  const changed = await withTx(ctx.db, async (tx) => {
    const row = await lockMessage(tx, messageId);
    const metadata = row && metadataOfVersion(row.metadata, version);
    return row && updateMessage(tx, messageId, { content: version.content, metadata, selectedVersion: n });
  });
  if (!changed) throw fail('chat.message_not_found');
  return viewMessage(changed);
}

/** One's vote on a message; the last one counts. Throws 404, 403, 410. */
export async function voteMessage(
  ctx: Ctx,
  actor: Member,
  messageId: string,
  action: 'upvote' | 'downvote',
): Promise<MessageView> {
  await loadMessage(ctx, actor, messageId);
  const row = await withTx(ctx.db, async (tx) => {
    const locked = await lockMessage(tx, messageId);
    if (!locked) throw fail('chat.message_not_found');
    const changed = await setVote(tx, messageId, actor.userId, action === 'upvote' ? 1 : -1);
    return changed ? countVotes(tx, messageId) : locked;
  });
  if (!row) throw fail('chat.message_not_found');
  return viewMessage(row);
}

/** What the prompt behind a reply was made of. Throws `chat.no_context` (404). */
export async function getContextReport(ctx: Ctx, actor: Member, messageId: string): Promise<ReportView> {
  const { message } = await loadMessage(ctx, actor, messageId);
  const turn = message.turnId === null ? undefined : await findTurn(ctx.db.pool, message.turnId);
  if (!turn?.report) throw fail('chat.no_context');
  return {
    message_id: messageId,
    turn_no: turn.turnNo,
    model: turn.model,
    budget_tokens: turn.report.budgetTokens,
    used_tokens: turn.report.usedTokens,
    sections: turn.report.sections,
  };
}
