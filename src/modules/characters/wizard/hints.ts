import { themes } from './themes.ts';

export type VisionHints = {
  hints_ko: string[];
  vibe_ko: string[];
  roleplay_hook_suggestions: string[];
  simulator_hook_suggestions: string[];
  roleplay_theme_matches: string[];
  simulator_theme_matches: string[];
};

const MAX_HINTS = 20;
const MAX_HOOKS = 6;
const MAX_MATCHES = 12;

/** English words of file names, and what they are called in the wizard; after the slash, a mood that goes with them. */
const WORDS: Readonly<Record<string, string>> = {
  girl: '소녀',
  boy: '소년',
  woman: '여성',
  man: '남성',
  knight: '기사/비장한',
  witch: '마녀/신비로운',
  wizard: '마법사/신비로운',
  mage: '마법사/신비로운',
  elf: '엘프/신비로운',
  dragon: '용/장엄한',
  vampire: '흡혈귀/서늘한',
  ghost: '유령/서늘한',
  angel: '천사/성스러운',
  demon: '악마/위험한',
  robot: '로봇/차가운',
  android: '안드로이드/차가운',
  space: '우주/광활한',
  forest: '숲/고요한',
  sea: '바다/시원한',
  ocean: '바다/시원한',
  beach: '바닷가/여유로운',
  city: '도시/세련된',
  night: '밤/몽환적인',
  rain: '비/쓸쓸한',
  snow: '눈/차분한',
  winter: '겨울/차분한',
  summer: '여름/청량한',
  spring: '봄/따뜻한',
  school: '학교/풋풋한',
  student: '학생/풋풋한',
  idol: '아이돌/화려한',
  detective: '탐정/긴장된',
  doctor: '의사/차분한',
  teacher: '선생님/다정한',
  king: '왕/위엄 있는',
  queen: '여왕/위엄 있는',
  prince: '왕자/화려한',
  princess: '공주/화려한',
  cat: '고양이/느긋한',
  dog: '강아지/다정한',
  wolf: '늑대/거친',
  sword: '검/비장한',
  magic: '마법/신비로운',
  cafe: '카페/아늑한',
  library: '도서관/고요한',
  island: '섬/여유로운',
  zombie: '좀비/긴박한',
};

/**
 * What can be said of an image by its address alone: this server opens no address, and uploads are named by a digest, so
 * for them there is nothing. Never fails.
 */
export function visionHints(imageUrl: string): VisionHints {
  const found = wordsOf(imageUrl).map((word) => (WORDS[word] ?? word).split('/'));
  const hints = unique(found.map(([word = '']) => word)).slice(0, MAX_HINTS);
  const vibes = unique(found.flatMap(([, vibe]) => (vibe ? [vibe] : []))).slice(0, MAX_HINTS);
  const matches = (list: readonly string[]) =>
    list.filter((theme) => hints.some((hint) => theme.includes(hint))).slice(0, MAX_MATCHES);
  const [roleplay, simulator] = [matches(themes.roleplay), matches(themes.simulator)];
  return {
    hints_ko: hints,
    vibe_ko: vibes,
    roleplay_hook_suggestions: roleplay.slice(0, MAX_HOOKS),
    simulator_hook_suggestions: simulator.slice(0, MAX_HOOKS),
    roleplay_theme_matches: roleplay,
    simulator_theme_matches: simulator,
  };
}

/** Korean words of the file's name, and the English ones of the table; a digest has neither. */
function wordsOf(imageUrl: string): string[] {
  const file = imageUrl.split(/[?#]/)[0]?.split('/').at(-1) ?? '';
  const name = decoded(file)
    .normalize('NFC')
    .replace(/\.\w+$/, '');
  const words = name
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => Object.hasOwn(WORDS, word) || /^[가-힣]{2,10}$/.test(word));
  return unique(words);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function unique(words: string[]): string[] {
  return [...new Set(words)];
}
