import type { StoredSnapshot } from '../../../db/tables/turns.ts';
import { type Language, languageOf } from '../../../lib/language.ts';

/** A shorter text in Latin letters ("ok", "lol") says nothing about the language of a conversation. */
const TELLING_LETTERS = 12;

/** The language of a character's own words. */
export function characterLanguage({ character }: Pick<StoredSnapshot, 'character'>, fallback: Language): Language {
  const words = [character.greeting, character.description, character.personality, character.worldSetting].join(' ');
  return languageOf(words, fallback);
}

/** The language an answer is written in: the user's, where their text tells, else the character's. */
export function answerLanguage(
  userText: string,
  snapshot: Pick<StoredSnapshot, 'character'>,
  fallback: Language,
): Language {
  const letters = userText.match(/\p{L}/gu)?.length ?? 0;
  if (/\p{Script=Hangul}/u.test(userText) || letters >= TELLING_LETTERS) return languageOf(userText, fallback);
  return characterLanguage(snapshot, fallback);
}
