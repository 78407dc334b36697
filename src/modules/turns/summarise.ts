import type { Ctx } from '../../context.ts';
import { withTx } from '../../db/tx.ts';
import { fail } from '../../lib/errors.ts';
import { safePrefix } from '../../lib/text.ts';
import { HISTORY_MESSAGES } from './end-turn.ts';
import { characterLanguage } from './engine/language.ts';
import { findBetween } from './message-queries.ts';
import { phrase } from './prompt/templates.ts';
import { findSummaryBase, saveSummary } from './summary-queries.ts';
import { toldLines } from './told-lines.ts';
import { findWriter } from './turn-queries.ts';

const MAX_SUMMARY_CHARS = 4_000;
const MAX_LINE_CHARS = 800;
/** More than that in one go is more than a model reads; the next job takes the rest. */
const MAX_LINES = 120;

/**
 * Job: tells what has become too old for a room's prompts in a summary, on top of the one before. Doing it twice is
 * harmless: only the first result is kept.
 */
export async function summariseRoom(ctx: Ctx, { roomId }: { roomId: string }): Promise<void> {
  const base = await findSummaryBase(ctx.db.pool, roomId);
  if (!base) return;
  const uptoSeq = Math.min(base.lastSeq - HISTORY_MESSAGES, base.summarySeq + MAX_LINES);
  if (uptoSeq <= base.summarySeq) return;
  const [rows, writer] = await Promise.all([
    findBetween(ctx.db.pool, roomId, base.summarySeq, uptoSeq),
    findWriter(ctx.db.pool, base.userId),
  ]);
  const names = { user: writer?.username ?? '', character: base.snapshot.character.name };
  const lines = toldLines(rows).map(({ byUser, text }) => ({ byUser, text: safePrefix(text, MAX_LINE_CHARS) }));
  const language = characterLanguage(base.snapshot, 'ko');
  const told = lines.map(({ byUser, text }) => `${byUser ? names.user : names.character}: ${text}`).join('\n');
  let content = '';
  const call = {
    task: 'chat.summary' as const,
    language,
    maxTokens: 1_200,
    messages: [
      { role: 'system' as const, content: phrase(language, 'summarise', { user: names.user, char: names.character }) },
      {
        role: 'user' as const,
        content: [
          base.summary ? phrase(language, 'summarise.before', { text: base.summary }) : '',
          phrase(language, 'summarise.lines', { text: told }),
        ].join('\n\n'),
      },
    ],
    facts: { characterName: names.character, userName: names.user, before: base.summary ?? '', lines },
  };
  for await (const piece of ctx.llm.streamText(call, ctx.stopping)) content += piece;
  const summary = safePrefix(content.replaceAll('\0', '').toWellFormed().trim(), MAX_SUMMARY_CHARS);
  if (summary === '') throw fail('llm.bad_output');
  await withTx(ctx.db, (tx) =>
    saveSummary(tx, roomId, { afterSeq: base.summarySeq, uptoSeq, content: summary, now: ctx.clock.now() }),
  );
}
