/** Words that generated usernames are made of. */
export const adjectives = {
  en: ['Quiet', 'Bright', 'Gentle', 'Swift', 'Curious', 'Merry', 'Brave', 'Dreamy', 'Golden', 'Silver', 'Wandering', 'Cosy', 'Clever', 'Lucky', 'Starry', 'Misty'],
  ko: ['조용한', '반짝이는', '다정한', '날쌘', '호기심많은', '유쾌한', '용감한', '꿈꾸는', '금빛', '은빛', '떠도는', '포근한', '영리한', '행운의', '별빛', '안개속'],
} as const;

export const nouns = {
  en: ['Fox', 'Otter', 'Reader', 'Poet', 'Lantern', 'Comet', 'Harbor', 'Sparrow', 'Willow', 'Cloud', 'Traveler', 'Whale', 'Maple', 'Moon', 'Teller', 'River'],
  ko: ['여우', '수달', '독자', '시인', '등불', '혜성', '항구', '참새', '버들', '구름', '여행자', '고래', '단풍', '달님', '이야기꾼', '강물'],
} as const;
