const MAX_SEGMENTS = 6;
const MAX_SEGMENT_CHARS = 40;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** What the paths of a front end are written with; anything else is somebody's text. */
const PLAIN = /^[a-z][a-z0-9._-]*$/;

/**
 * The pattern of a page's path, under which its views are counted: without query and fragment, ids as `:id`, numbers as
 * `:n`, other texts as `:x`. Undefined when it is no path.
 */
export function pagePattern(path: string): string | undefined {
  const bare = path.split(/[?#]/, 1)[0] ?? '';
  if (!bare.startsWith('/') || bare.startsWith('//')) return undefined;
  const segments = bare.split('/').filter((segment) => segment !== '');
  const shown = segments.slice(0, MAX_SEGMENTS).map(patternOf);
  return `/${[...shown, ...(segments.length > MAX_SEGMENTS ? ['*'] : [])].join('/')}`;
}

function patternOf(segment: string): string {
  if (UUID.test(segment)) return ':id';
  if (/^\d+$/.test(segment)) return ':n';
  const lower = segment.toLowerCase();
  return PLAIN.test(lower) && lower.length <= MAX_SEGMENT_CHARS ? lower : ':x';
}
