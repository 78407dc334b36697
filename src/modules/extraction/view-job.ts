import { type AppError, catalogue, type ErrorCode, fail } from '../../lib/errors.ts';
import type { Language } from '../../lib/language.ts';
import type { JobRow } from './job-queries.ts';
import type { ExtractionStatus, ExtractJobView } from './schema.ts';

/** How long the status of an ended search is told, in seconds; while it runs, it is renewed. */
export const statusSeconds: Record<ExtractionStatus, number> = {
  in_progress: 1_800,
  completed: 120,
  cancelled: 60,
  failed: 300,
  error: 60,
};

/** The error that a job ended with, in the catalogue's words; what the catalogue forgot is a break. */
export function errorOf(row: Pick<JobRow, 'errorCode'>): AppError {
  const code = row.errorCode ?? '';
  return fail(Object.hasOwn(catalogue, code) ? (code as ErrorCode) : 'extraction.broken');
}

/** The contract's other vocabulary: `failed` when the search ran and had no result, `error` when it broke off. */
export function statusOf({ status, errorCode }: Pick<JobRow, 'status' | 'errorCode'>): ExtractionStatus {
  if (status === 'done') return 'completed';
  if (status === 'cancelled') return 'cancelled';
  if (status !== 'error') return 'in_progress';
  return errorCode === 'extraction.nobody_found' || errorCode === 'extraction.failed' ? 'failed' : 'error';
}

export function viewJob(row: JobRow, language: Language): ExtractJobView {
  return {
    kind: 'extract_characters',
    story_id: row.storyId,
    status: row.status,
    stage: row.stage,
    created: row.created,
    error_message: row.status === 'error' ? errorOf(row).text(language) : null,
    cancelled: row.status === 'cancelled',
    total_windows: row.totalWindows,
    processed_windows: row.processedWindows,
    ...(row.lastError === null ? {} : { last_error: row.lastError }),
  };
}
