import type { Language } from '../../../lib/language.ts';

/** What the offline provider makes out of a user's free words. All of it is guesswork, and none of it fails. */

const GENRES = {
  fantasy:
    /판타지|환상|마법|마왕|용사|드래곤|요정|이세계|\b(?:fantasy|magic|dragons?|wizards?|witch(?:es)?|elf|elves|sorcerer)/i,
  romance: /로맨스|연애|사랑|고백|\b(?:romance|romantic|love)\b/i,
  mystery: /미스터리|추리|스릴러|범죄|탐정|살인|\b(?:mystery|thriller|crime|detectives?|murder|noir)\b/i,
  sf: /공상|과학|우주|로봇|인공지능|외계|미래|\b(?:SF|sci-?fi|science|space|robots?|cyber\w*|aliens?|androids?)\b/i,
  horror: /공포|호러|괴담|귀신|유령|\b(?:horror|ghosts?|haunted|scary|creepy)\b/i,
  historical: /무협|사극|역사|조선|고려|강호|무림|\b(?:historical|history|medieval|samurai|martial|victorian)\b/i,
} as const;

const TONES = {
  warm: /따뜻|따스|다정|포근|힐링|감동|잔잔|\b(?:warm\w*|cozy|cosy|heart\w*|gentle|sweet|tender|hopeful)\b/i,
  dark: /어두|어둡|암울|무거|비극|잔혹|긴장|음울|서늘|\b(?:dark|grim|bleak|tragic|tense|gloomy|serious)\b/i,
  playful:
    /유쾌|코믹|웃긴|개그|발랄|재미|익살|경쾌|\b(?:funny|humou?r\w*|comic|comedy|playful|light-?hearted|witty|silly)\b/i,
  lyric: /서정|몽환|시적|감성|아련|쓸쓸|\b(?:lyric\w*|poetic|dreamy|melanchol\w*|wistful|nostalgic)\b/i,
} as const;

/** The genre whose words fit; `everyday` when none does. Earlier texts decide before later ones. */
export function genreOf(...texts: readonly string[]): string {
  return match(GENRES, texts) ?? 'everyday';
}

/** The mood whose words fit; `neutral` when none does. */
export function toneOf(...texts: readonly string[]): string {
  return match(TONES, texts) ?? 'neutral';
}

function match(table: Readonly<Record<string, RegExp>>, texts: readonly string[]): string | undefined {
  for (const text of texts)
    for (const [name, pattern] of Object.entries(table)) if (text !== '' && pattern.test(text)) return name;
  return undefined;
}

/** One line without control characters and runs of blanks, cut at a word near `maxChars`. */
export function tidy(text: string, maxChars = 200): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  if (line.length <= maxChars) return line;
  const cut = line.slice(0, maxChars).toWellFormed();
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), maxChars / 2)).trimEnd()}…`;
}

/** Whether a text may stand in prose of the language: its letters are mostly of that script, or it has none. */
export function fits(text: string, language: Language): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const own = text.match(language === 'ko' ? /\p{Script=Hangul}/gu : /\p{Script=Latin}/gu)?.length ?? 0;
  return own * 2 >= letters;
}

const PERSON_KO =
  '소년|소녀|아이|남자|여자|청년|학생|노인|기사|공주|왕자|마법사|탐정|형사|의사|작가|친구|전사|고양이|로봇|사람';

/** The name a wish gives its main person, if it says one (`named Mira`, `민수라는 소년`, `주인공 민수는`). */
export function namedPerson(text: string): string | undefined {
  const korean =
    new RegExp(`([가-힣]{2,4}?)(?:이라는|라는)\\s+(?:[가-힣]+\\s+)?(?:${PERSON_KO})`).exec(text) ??
    /(?:주인공(?:의)?\s+|이름은\s+)(?!이름)([가-힣]{2,4}?)(?:은|는|이|가|의|이다|다|입니다|[\s,.]|$)/.exec(text) ??
    undefined;
  const english = /\b(?:named|called|name is)\s+([A-Z][a-z]{1,14})\b/.exec(text);
  return (korean ?? english)?.[1];
}
