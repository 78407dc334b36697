/** Particles and endings that depend on the word before: the form after a consonant, and the one after a vowel. */
const PARTICLES: Readonly<Record<string, string>> = {
  은: '는',
  이: '가',
  을: '를',
  과: '와',
  아: '야',
  으로: '로',
  이나: '나',
  이란: '란',
  이라: '라',
  이다: '다',
  이야: '야',
  이여: '여',
  이었: '였',
  이며: '며',
  이든: '든',
  이라고: '라고',
  이라는: '라는',
  이라면: '라면',
  이라도: '라도',
};

type Ending = 'vowel' | 'consonant' | 'ㄹ';

const FIRST_SYLLABLE = 0xac00;
const LAST_SYLLABLE = 0xd7a3;
const FINALS = 28;
const FINAL_RIEUL = 8;

/** How digits end when they are read aloud: 영 일 이 삼 사 오 육 칠 팔 구. */
const DIGITS: readonly Ending[] = [
  'consonant',
  'ㄹ',
  'vowel',
  'consonant',
  'vowel',
  'vowel',
  'consonant',
  'ㄹ',
  'ㄹ',
  'vowel',
];

/** Whether a particle can be chosen by this name, given in its form after a consonant (`을`, `이라는`). */
export function isParticle(name: string): boolean {
  return Object.hasOwn(PARTICLES, name);
}

/** The particle in the form that fits the word: `particle('용', '을')` is `을`, `particle('나무', '을')` is `를`. */
export function particle(word: string, afterConsonant: string): string {
  const afterVowel = PARTICLES[afterConsonant] ?? afterConsonant;
  const ending = endingOf(word);
  // After ㄹ one says 로, as after a vowel: 서울로.
  if (afterConsonant === '으로' && ending === 'ㄹ') return afterVowel;
  return ending === 'vowel' ? afterVowel : afterConsonant;
}

/** How the last spoken letter of a word ends; quotes and punctuation after it are not spoken. */
function endingOf(word: string): Ending {
  const last = word.match(/[\p{L}\p{N}](?=[^\p{L}\p{N}]*$)/u)?.[0];
  if (last === undefined) return 'vowel';
  const code = last.charCodeAt(0);
  if (code >= FIRST_SYLLABLE && code <= LAST_SYLLABLE) {
    const final = (code - FIRST_SYLLABLE) % FINALS;
    if (final === 0) return 'vowel';
    return final === FINAL_RIEUL ? 'ㄹ' : 'consonant';
  }
  if (/[0-9]/.test(last)) return DIGITS[Number(last)] as Ending;
  if (/[A-Za-z]/.test(last)) return latinEnding(word.match(/[A-Za-z]+(?=[^\p{L}\p{N}]*$)/u)?.[0] ?? last);
  return 'vowel';
}

/** A guess at how a Latin word is read in Korean: capitals letter by letter (엘, 엠, 엔, 알), others by their sound. */
function latinEnding(word: string): Ending {
  if (word === word.toUpperCase()) {
    if (/[LR]$/.test(word)) return 'ㄹ';
    return /[MN]$/.test(word) ? 'consonant' : 'vowel';
  }
  if (/le?$/i.test(word)) return 'ㄹ';
  if (/(?:[mn]e?|ng)$/i.test(word)) return 'consonant';
  return /[aeiou](?:ck|[bckpt])$/i.test(word) ? 'consonant' : 'vowel';
}
