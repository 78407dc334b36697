import { estimateTokenCount } from 'tokenx';

/** tokenx reads Korean a tenth too low (measured against o200k); a prompt that is too long costs more than one too short. */
const MARGIN = 1.12;
/** Texts of a room come back with each of its turns; counting costs a microsecond a character. */
const REMEMBERED_TEXTS = 4_000;
const REMEMBERED_FROM_CHARS = 60;

const counted = new Map<string, number>();

/** About how many tokens a text has, rather more than fewer. */
export function countTokens(text: string): number {
  const known = counted.get(text);
  if (known !== undefined) return known;
  const tokens = Math.ceil(estimateTokenCount(text) * MARGIN);
  if (text.length < REMEMBERED_FROM_CHARS) return tokens;
  if (counted.size >= REMEMBERED_TEXTS) counted.delete(counted.keys().next().value ?? '');
  counted.set(text, tokens);
  return tokens;
}
