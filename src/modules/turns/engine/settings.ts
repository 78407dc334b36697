import type { StoredSettings } from '../../../db/tables/turns.ts';

const MODES = ['always', 'first2', 'off'] as const;
const LENGTHS = ['short', 'medium', 'long'] as const;

/**
 * What remains of a settings patch: the five keys of the whitelist. The rule for all of them: a number is moved into its
 * range (temperature 0 … 1 in tenths, next_event_len 1 … 2), a value of the wrong kind drops its key, a null or missing
 * key changes nothing, any other key is ignored.
 */
export function readSettingsPatch(given: unknown): StoredSettings {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return {};
  const source = given as Record<string, unknown>;
  const own = (key: string) => (Object.hasOwn(source, key) ? source[key] : undefined);
  const temperature = numberOf(own('temperature'));
  const length = numberOf(own('next_event_len'));
  const mode = wordOf(own('postprocess_mode'), MODES);
  const response = wordOf(own('response_length_pref'), LENGTHS);
  const prewarm = own('prewarm_on_start');
  return {
    ...(mode && { postprocess_mode: mode }),
    ...(length !== undefined && { next_event_len: length < 1.5 ? 1 : 2 }),
    ...(response && { response_length_pref: response }),
    ...(typeof prewarm === 'boolean' && { prewarm_on_start: prewarm }),
    ...(temperature !== undefined && { temperature: Math.round(Math.min(1, Math.max(0, temperature)) * 10) / 10 + 0 }),
  };
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\s*[+-]?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function wordOf<W extends string>(value: unknown, words: readonly W[]): W | undefined {
  const word = typeof value === 'string' ? value.trim().toLowerCase() : undefined;
  return words.find((known) => known === word);
}

export type RoomSettings = Required<StoredSettings>;

/** The settings in force: the room's own, else the user's wish for the length, else the defaults. */
export function settingsInForce(own: StoredSettings, userLength: string): RoomSettings {
  return {
    postprocess_mode: own.postprocess_mode ?? 'off',
    next_event_len: own.next_event_len ?? 1,
    response_length_pref: own.response_length_pref ?? wordOf(userLength, LENGTHS) ?? 'medium',
    prewarm_on_start: own.prewarm_on_start ?? true,
    temperature: own.temperature ?? 0.7,
  };
}
