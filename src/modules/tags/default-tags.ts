type DefaultTag = readonly [slug: string, emoji?: string, name?: string];

/** By these slugs the front end filters by gender and type, orders its sections and marks audience and style. */
const loadBearing: DefaultTag[] = [
  ...([
    ['남성', '👨'],
    ['여성', '👩'],
  ] as const),
  ...([
    ['롤플', '🎭'],
    ['시뮬', '🎮'],
    ['커스텀', '🧩'],
    ['일상', '☕'],
  ] as const),
  ...([['남성향'], ['여성향'], ['전체']] as const),
  ...([
    ['애니풍', '🎨'],
    ['실사풍', '📷'],
    ['반실사', '🖼️'],
    ['아트웤', '🖌️', '아트웤/디자인'],
  ] as const),
];

const genres: DefaultTag[] = [
  ['로맨스', '💕'],
  ['판타지', '🐉'],
  ['현대판타지', '🌃'],
  ['무협', '⚔️'],
  ['SF', '🚀'],
  ['미스터리', '🔍'],
  ['스릴러', '🔪'],
  ['공포', '👻'],
  ['역사', '📜'],
  ['코미디', '😂'],
  ['드라마', '🎬'],
  ['학원', '🏫'],
  ['액션', '💥'],
  ['모험', '🧭'],
  ['스포츠', '⚽'],
  ['음악', '🎵'],
  ['요리', '🍳'],
  ['힐링', '🌿'],
  ['좀비', '🧟'],
  ['이세계', '🌀'],
  ['회귀', '⏪'],
  ['게임', '🕹️'],
  ['동양풍', '🏯'],
  ['서양풍', '🏰'],
  ['아포칼립스', '🔥'],
];

const people: DefaultTag[] = [
  ...(
    ['학생', '선생님', '직장인', '의사', '기사', '왕족', '마법사', '탐정', '아이돌', '배우', '요리사', '작가'] as const
  ).map((slug): DefaultTag => [slug]),
  ...(
    [
      '군인',
      '경찰',
      '사장님',
      '이웃',
      '소꿉친구',
      '선배',
      '후배',
      '룸메이트',
      '라이벌',
      '스승',
      '집사',
      '천사',
    ] as const
  ).map((slug): DefaultTag => [slug]),
  ...(['악마', '뱀파이어', '늑대인간', '엘프', '유령', '로봇', '외계인', '동물', '신화'] as const).map(
    (slug): DefaultTag => [slug],
  ),
];

const moods: DefaultTag[] = (
  [
    ...[
      '다정',
      '츤데레',
      '쿨데레',
      '얀데레',
      '능글',
      '순수',
      '무뚝뚝',
      '장난꾸러기',
      '카리스마',
      '소심',
      '집착',
      '지적',
    ],
    ...[
      '까칠',
      '우울',
      '발랄',
      '시크',
      '첫사랑',
      '짝사랑',
      '재회',
      '계약',
      '복수',
      '성장',
      '구원',
      '비밀',
      '운명',
      '우정',
    ],
  ] as const
).map((slug) => [slug]);

/** The tags that every installation has and that nobody can delete. */
export const defaultTags = [...loadBearing, ...genres, ...people, ...moods].map(([slug, emoji, name]) => ({
  slug,
  name: name ?? slug,
  emoji: emoji ?? null,
}));

const slugs = new Set(defaultTags.map(({ slug }) => slug));

export function isDefault(slug: string): boolean {
  return slugs.has(slug);
}
