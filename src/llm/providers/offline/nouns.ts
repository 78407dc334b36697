/** Up to `limit` words or pairs of words of a wish that look like its nouns, in their order. Guesswork without a dictionary. */
export function nounsOf(text: string, limit = 6): string[] {
  const korean = (text.match(/[가-힣]+/g) ?? []).map(koreanNoun);
  const english = englishNouns(text);
  const found = [...korean, ...english].filter((noun) => noun !== undefined);
  return [...new Set(found)].slice(0, limit);
}

const STOP_KO = new Set(
  `이야기 소설 장면 내용 주인공 배경 분위기 스토리 그리고 그러나 하지만 그런데 그래서 어느 어떤 모든 아주 매우 정말 다시 함께
  서로 우리 자신 사람 하나 둘이 그것 이것 저것 여기 거기 때문 동안 이후 이전 경우 정도 가지 이름 부탁 작성 판타지 로맨스
  미스터리 스릴러 공포 호러 추리 모험 일상 장르 써줘 만들어 해줘
  그녀 그가 내가 네가 누가 나의 너의 그의 오늘 어제 내일 마지막 처음 다른 같은 새로운 오래된 어린 작은`.split(/\s+/),
);
/** Nouns that end like a noun with a particle, or like a verb. */
const WHOLE_KO =
  /(?:고양이|호랑이|원숭이|종이|나이|아이|어린이|젊은이|차이|놀이|목걸이|지도|수도|파도|포도|온도|속도|태도|미로|도로|항로|경로|작가|화가|국가|음악가|휴가|사과|치과|결과|학과|회의|정의|동의|바다|나라|오로라|창고|사고|광고|경고|가게|무게|집게|사진|사막|주문)$/;
const PARTICLES_KO =
  /(?:에서는|에게서|으로써|으로서|이라는|이라고|에서|에게|한테|까지|부터|처럼|만큼|보다|으로|라는|라고|이랑|은|는|이|가|을|를|의|에|와|과|로|도|만)$/;
const VERBS_KO =
  /(?:[하되있없가오나리지우키기치쓰보사살알려르니도]는|[찾잃잊읽먹듣걷죽]는|(?:찾|들|만들|떠나|살|돌|잃|지켜|모|걸|향|위|통|대|않|싶)[아어해고]?|.[한된할될린진운던]|다|요|죠|라|고|며|면서|지만|게|든|니까|어서|아서|해서|려)$/;

function koreanNoun(token: string): string | undefined {
  if (token.length > 12 || STOP_KO.has(token)) return undefined;
  if (WHOLE_KO.test(token)) return token;
  if (VERBS_KO.test(token)) return undefined;
  const stem = token.replace(PARTICLES_KO, '');
  return stem.length < 2 || STOP_KO.has(stem) ? undefined : stem;
}

const words = (list: string) => new Set(list.split(/\s+/));
/** After these a noun phrase begins. */
const OPENERS_EN = words(
  `a an the my your his her its our their this that these those some every each no of in on at from with without by near
  into onto under over through between against for to across along behind beyond inside outside toward towards
  around about after before during two three four five seven many`,
);
const STOP_EN = words(
  `i you he she it we they me him us them and or but so if as is are was were be been being has have had do does did will
  would can could may might must shall should not who whom whose which what when where why how there here then than
  very just only also even ever never always again story stories tale novel chapter write please make tell want
  like love one once someone everyone anyone something everything nothing other another both few more most much own
  same such too until while because since all any up down out off away back genre tone fantasy romance mystery thriller
  horror adventure home`,
);
const NOT_A_NOUN_EN = /(?:ly|ing|ed)$/i;

function englishNouns(text: string): string[] {
  const tokens = text.match(/[A-Za-z]+(?:[-'’][A-Za-z]+)*|[^\sA-Za-z]/g) ?? [];
  const phrases: string[] = [];
  let run: string[] | undefined;
  const close = () => {
    if (run && run.length > 0) phrases.push(run.slice(-2).join(' '));
    run = undefined;
  };
  tokens.forEach((token, index) => {
    const word = token.replace(/['’]s$/, '');
    const lower = word.toLowerCase();
    if (OPENERS_EN.has(lower)) {
      close();
      run = [];
    } else if (run?.length === 0 && NOT_A_NOUN_EN.test(word)) {
      // An adjective or a participle before the noun.
    } else if (!run || !isContent(word) || isVerb(lower, run.at(-1), tokens[index + 1])) close();
    else run.push(word);
  });
  close();
  return phrases.length > 0 ? phrases : tokens.filter(isContent);
}

function isContent(word: string): boolean {
  return /^[A-Za-z-]{3,24}$/.test(word) && !STOP_EN.has(word.toLowerCase()) && !NOT_A_NOUN_EN.test(word);
}

/** `finds` in "a keeper finds a letter", `chase` in "two thieves chase a cat". */
function isVerb(word: string, before: string | undefined, next: string | undefined): boolean {
  if (before === undefined) return false;
  if (/[^s]s$/.test(before)) return true;
  return /[^s]s$/.test(word) && next !== undefined && OPENERS_EN.has(next.toLowerCase()) && next.toLowerCase() !== 'of';
}
