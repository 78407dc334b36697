const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)? ?(Z|z|[+-]\d{2}:?\d{2})?$/;
/** What a time means that names no zone: editors and visitors are there. */
const HOME_ZONE = '+09:00';

/**
 * Any ISO 8601 spelling of a date or a time, as UTC with milliseconds. A date alone is the beginning or the end of that
 * day. Undefined for everything else, 30 February too.
 */
export function readInstant(given: unknown, edge: 'start' | 'end'): string | undefined {
  const parts = typeof given === 'string' ? ISO.exec(given.trim()) : null;
  if (!parts) return undefined;
  const [, year = '', month = '', day = '', hours, minutes, seconds = '00', fraction = '', zone] = parts;
  if (Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()) return undefined;
  const last = edge === 'end' && hours === undefined;
  const time = hours === undefined ? (last ? '23:59:59' : '00:00:00') : `${hours}:${minutes}:${seconds}`;
  const millis = last ? '999' : fraction.padEnd(3, '0').slice(0, 3);
  const at = new Date(`${year}-${month}-${day}T${time}.${millis}${(zone ?? HOME_ZONE).toUpperCase()}`);
  if (Number.isNaN(at.getTime())) return undefined;
  const iso = at.toISOString();
  // Years that need a sign have no place in a schedule.
  return /^\d{4}-/.test(iso) ? iso : undefined;
}
