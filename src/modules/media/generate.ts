import { fail } from '../../lib/errors.ts';

/** There is no image model behind this server, so nothing is ever generated and no job exists. */
export function generateImages(): never {
  throw fail('media.no_provider');
}

/** See `generateImages`. */
export function getImageJob(): never {
  throw fail('media.job_not_found');
}
