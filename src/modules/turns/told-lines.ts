import { isRefusal } from './engine/refusal.ts';
import type { MessageRow, VersionRow } from './message-queries.ts';
import type { HistoryLine } from './prompt/parts.ts';

/**
 * What of a room's messages belongs to the conversation, as later prompts tell it: no commands, and of a turn whose reply
 * is a refusal neither the reply nor what it answers. Pure.
 */
export function toldLines(rows: readonly MessageRow[]): HistoryLine[] {
  const refused = new Set(rows.flatMap((row) => (isBlocked(row) && row.turnId !== null ? [row.turnId] : [])));
  return rows
    .filter((row) => !isBlocked(row) && row.metadata?.command === undefined)
    .filter(({ part, turnId }) => part !== 'user' || turnId === null || !refused.has(turnId))
    .map(({ part, content }) => ({ byUser: part === 'user', text: content }));
}

function isBlocked({ metadata }: MessageRow): boolean {
  return metadata?.safety_blocked === true;
}

/** Metadata of a place that shows another version now. What somebody wrote by hand is no refusal. Pure. */
export function metadataOfVersion(
  metadata: MessageRow['metadata'],
  { content, source }: Pick<VersionRow, 'content' | 'source'>,
): MessageRow['metadata'] {
  const refused = source !== 'edit' && isRefusal(content);
  if (metadata === null) return refused ? { safety_blocked: true } : null;
  const { safety_blocked: _, ...others } = metadata;
  return { ...others, ...(refused && { safety_blocked: true }) };
}
