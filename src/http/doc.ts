import type { DocumentDecoration } from 'elysia';
import type { ErrorCode } from '../lib/errors.ts';

/** How a route appears in the OpenAPI document; `fails` are the codes it can answer with beyond those of its guard. */
export function doc(
  tag: string,
  summary: string,
  fails: ErrorCode[] = [],
  more: DocumentDecoration = {},
): DocumentDecoration {
  return { tags: [tag], summary, ...more, ...({ 'x-fails': fails } as DocumentDecoration) };
}
