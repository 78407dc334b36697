import { and, inArray, lt, sql } from 'drizzle-orm';
import type { Db } from '../../../db/client.ts';
import { generationJobs } from '../../../db/tables/generation.ts';
import type { JobRow } from './queries.ts';

const REAP_AT_ONCE = 100;

/**
 * Ends jobs that gave no sign of life since `silentSince`, with a sentence in the language of their text, and returns
 * them as they ended. Rows that are being written at the moment are alive and left alone.
 */
export async function endSilentJobs(
  db: Db,
  { silentSince, endedAt, message }: { silentSince: Date; endedAt: Date; message: { ko: string; en: string } },
): Promise<Pick<JobRow, 'id' | 'content' | 'errorMessage'>[]> {
  const silent = and(
    inArray(generationJobs.status, ['queued', 'running']),
    lt(generationJobs.heartbeatAt, silentSince),
  );
  const doomed = db
    .select({ id: generationJobs.id })
    .from(generationJobs)
    .where(silent)
    .limit(REAP_AT_ONCE)
    .for('update', { skipLocked: true });
  return (
    db
      .update(generationJobs)
      .set({
        status: 'error',
        endedAt,
        errorMessage: sql`case when ${generationJobs.title} || ${generationJobs.content} ~ '[가-힣]' then ${message.ko} else ${message.en} end`,
      })
      // Said again: between the look and the change a writer may have come back.
      .where(and(inArray(generationJobs.id, doomed), silent))
      .returning({ id: generationJobs.id, content: generationJobs.content, errorMessage: generationJobs.errorMessage })
  );
}
