import type { Tx } from '../../db/tx.ts';
import { fail } from '../../lib/errors.ts';
import { insertVersions, type MessageRow, updateMessage, type VersionRow } from './message-queries.ts';

const MAX_VERSIONS = 100;

/** Throws `chat.too_many_versions` (409) when a place cannot have another version. */
export function requireFreeVersion({ versionCount }: Pick<MessageRow, 'versionCount'>): void {
  if (versionCount >= MAX_VERSIONS) throw fail('chat.too_many_versions', { params: { max: MAX_VERSIONS } });
}

/**
 * Adds a version to a place and shows it. The first change also writes down what was there before. The message's row must
 * be locked. Throws `chat.too_many_versions` (409).
 */
export async function addVersion(
  tx: Tx,
  message: MessageRow,
  { content, source, now }: { content: string; source: VersionRow['source']; now: Date },
  metadata: MessageRow['metadata'] = message.metadata,
): Promise<MessageRow> {
  requireFreeVersion(message);
  const no = message.versionCount + 1;
  const before: VersionRow[] =
    message.versionCount === 1
      ? [{ messageId: message.id, no: 1, content: message.content, source: 'original', createdAt: message.createdAt }]
      : [];
  await insertVersions(tx, [...before, { messageId: message.id, no, content, source, createdAt: now }]);
  const changed = await updateMessage(tx, message.id, { content, metadata, selectedVersion: no, versionCount: no });
  if (!changed) throw fail('chat.message_not_found');
  return changed;
}
