import type { ErrorEntry } from './entry.ts';

/** A word that the page knows, in every language. */
const code = (status: number, text: string): ErrorEntry => ({ status, en: text, ko: text });

/** Errors of the 30-second creation and of the wizard's drafts. The page shows or compares the whole text. */
export const quickCreateErrors = {
  'quick_create.image_url_required': code(400, 'image_url_required'),
  'quick_create.audience_slug_required': code(400, 'audience_slug_required'),
  'quick_create.style_slug_required': code(400, 'style_slug_required'),
  'quick_create.name_required': code(400, 'name_required'),
  'quick_create.one_line_intro_required': code(400, 'one_line_intro_required'),
  'quick_create.unknown_audience': code(422, 'audience_slug_invalid'),
  'quick_create.unknown_style': code(422, 'style_slug_invalid'),
  'quick_create.bad_image_url': code(422, 'image_url_invalid'),
  'quick_create.in_flight': code(409, 'quick_create_in_flight'),
  'quick_create.failed': code(503, 'quick_create_failed: {stage}'),
  'quick_create.timeout': code(504, 'quick_create_failed: {stage}'),
  'wizard.failed': code(503, 'quick_generate_{step}_failed'),
  'wizard.timeout': code(504, 'quick_generate_{step}_failed: timeout'),
} as const satisfies Record<string, ErrorEntry>;
