/** What a picture shows behind its figure. */
export type Motif = 'sea' | 'city' | 'hills' | 'stars' | 'rain' | 'petals';

/** An extra condition of an ending: a stat (`stat` is its place in the list of stats), or words that are said. */
type When = { stat: number; op: 'gte' | 'lte'; value: number } | { said: string };

/** A character of the catalogue as its author writes it; ids, turns of endings and copies follow from it. */
export type CatalogueCharacter = {
  language: 'ko' | 'en';
  name: string;
  description: string;
  /** Slugs: gender, audience, style, genre, mood. */
  tags: string[];
  motif: Motif;
  personality: string;
  interests: string[];
  likes: string[];
  dislikes: string[];
  speechStyle: string;
  world: string;
  dialogues: [user: string, reply: string][];
  maxTurns: number;
  /** Only simulators have this. */
  simulator?: { variant: 'dating' | 'scenario'; dating: boolean };
  stats: { name: string; base: number; min?: number; max?: number; unit?: string; description: string }[];
  openings: { title: string; intro: string; firstLine: string; secret?: string }[];
  /** They happen in every opening. */
  events: { turn: number; title: string; summary: string; narration?: string; dialogue?: string }[];
  endings: [first: CatalogueEnding, last: CatalogueEnding];
  memos: { detail: string; triggers: string[] }[];
};

type CatalogueEnding = { title: string; condition: string; epilogue: string; hint: string; when: When };

/** A story of the catalogue, read from its Markdown file. */
export type CatalogueStory = {
  title: string;
  genre: string;
  keywords: string[];
  motif: Motif;
  content: string;
  chapters: { no: number; title: string; content: string }[];
};
