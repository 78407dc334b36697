import type { Ctx } from '../../context.ts';
import type { Language } from '../../lib/language.ts';
import type { SseEvent } from '../../lib/sse-event.ts';
import { keys } from '../../redis/keys.ts';
import { listen } from '../../redis/stream.ts';
import { findJob, type JobRow } from './job-queries.ts';
import { viewJob } from './view-job.ts';

/**
 * Tells how a search goes on: its record each time it has changed, then one `final` or `error`. An event is the whole
 * state, so a reader who comes back with its last id misses nothing that still matters; without Redis the row is looked
 * at once a second.
 */
export async function* followJob(
  ctx: Ctx,
  jobId: string,
  { lastEventId, language, signal }: { lastEventId: string | undefined; language: Language; signal: AbortSignal },
): AsyncGenerator<SseEvent> {
  const pings = listen(ctx.redis, keys.extractionRecord(jobId), signal);
  let told = lastEventId;
  try {
    while (!signal.aborted) {
      const job = await findJob(ctx.db.pool, jobId);
      if (!job) return;
      const id = positionOf(job);
      if (job.endedAt) {
        yield { id, event: job.status === 'done' ? 'final' : 'error', data: endOf(job, language) };
        return;
      }
      if (id !== told) yield { id, event: 'progress', data: viewJob(job, language) };
      told = id;
      await pings.next();
    }
  } finally {
    pings.close();
  }
}

/** Waiting, begun, reading, ended; and how many windows were read. It only rises. */
function positionOf(job: JobRow): string {
  const rank = job.endedAt ? 3 : job.status === 'queued' ? 0 : job.stage === 'starting' ? 1 : 2;
  return `${rank}-${job.processedWindows}`;
}

/** The record, and in the word of all streams what went wrong. */
function endOf(job: JobRow, language: Language) {
  const view = viewJob(job, language);
  return job.status === 'done' ? view : { ...view, message: view.error_message ?? job.status };
}
