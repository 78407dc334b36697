import { type Static, Type } from 'typebox';

/** A text of one line, or of several under `|`. */
const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const strict = { additionalProperties: false };
const colour = Type.String({ pattern: '^#[0-9a-f]{6}$' });

const Looks = Type.Object(
  {
    skin: colour,
    hair: Type.Enum(['long', 'bob', 'short', 'swept', 'bun', 'braid', 'curly', 'topknot']),
    hairColour: colour,
    eyes: Type.Enum(['open', 'smiling', 'calm', 'keen']),
    eyeColour: colour,
    mouth: Type.Enum(['smile', 'grin', 'still', 'smirk']),
    clothes: Type.Enum(['sweater', 'coat', 'hanbok', 'blazer', 'apron', 'uniform', 'cardigan']),
    cloth: colour,
    trim: colour,
    extras: Type.Optional(
      Type.Array(Type.Enum(['glasses', 'beard', 'freckles', 'earrings', 'wrinkles', 'scar']), { uniqueItems: true }),
    ),
  },
  strict,
);

const Picture = Type.Object(
  {
    scene: Type.Enum([
      ...(['lighthouse', 'schoolyard', 'bambooNight', 'highlands', 'snowyInn'] as const),
      ...(['bathhouse', 'bookshop', 'gardenWindow', 'lostThings', 'marsDome', 'nightTrain', 'stage'] as const),
      ...(['lowTide', 'moonlitRoofs', 'umbrellaShop'] as const),
    ]),
    people: Type.Optional(Type.Array(Looks, { minItems: 1, maxItems: 3 })),
    with: Type.Optional(Type.Array(Type.Enum(['cat', 'robot', 'hatchling', 'conductorsCap']))),
  },
  strict,
);

/** What brings an ending before its turn: a stat of that name, or words that are said. */
const When = Type.Union([
  Type.Object({ stat: text(20), atLeast: Type.Integer() }, strict),
  Type.Object({ stat: text(20), atMost: Type.Integer() }, strict),
  Type.Object({ said: text(100) }, strict),
]);

const Ending = Type.Object(
  {
    title: text(20),
    condition: text(500),
    epilogue: text(1_000),
    hint: text(20),
    when: Type.Array(When, { maxItems: 7 }),
  },
  strict,
);

const Opening = Type.Object(
  { title: text(100), intro: text(2_000), firstLine: text(500), secret: Type.Optional(text(1_000)) },
  strict,
);

/** They happen in every opening, once, at their turn or the first one after it. */
const TurnEvent = Type.Object(
  {
    turn: Type.Integer({ minimum: 1 }),
    title: text(30),
    summary: text(200),
    narration: Type.Optional(text(1_000)),
    dialogue: Type.Optional(text(500)),
  },
  strict,
);

const Stat = Type.Object(
  {
    name: text(20),
    base: Type.Integer(),
    min: Type.Optional(Type.Integer()),
    max: Type.Optional(Type.Integer()),
    unit: Type.Optional(text(10)),
    description: text(500),
  },
  strict,
);

/** A note of the setting book; without triggers it always counts. */
const Memo = Type.Object({ triggers: Type.Array(text(80), { maxItems: 5 }), detail: text(400) }, strict);

/** A character of the catalogue as its author writes it, in YAML. Ids, turns of endings and copies follow from it. */
export const CharacterFile = Type.Object(
  {
    name: text(100),
    language: Type.Enum(['ko', 'en']),
    tags: Type.Array(text(50), { minItems: 3, maxItems: 20, uniqueItems: true }),
    description: text(3_000),
    picture: Picture,
    maxTurns: Type.Integer({ minimum: 50, maximum: 5_000 }),
    /** Only simulators have this. */
    simulator: Type.Optional(Type.Enum(['dating', 'scenario'])),
    personality: text(1_200),
    interests: Type.Array(text(40), { minItems: 3, maxItems: 3 }),
    likes: Type.Array(text(40), { minItems: 3, maxItems: 3 }),
    dislikes: Type.Array(text(40), { minItems: 3, maxItems: 3 }),
    speechStyle: text(2_000),
    background: text(2_500),
    world: text(3_000),
    dialogues: Type.Array(Type.Object({ user: text(500), reply: text(1_000) }, strict), { minItems: 2, maxItems: 20 }),
    openings: Type.Array(Opening, { minItems: 1, maxItems: 3 }),
    events: Type.Array(TurnEvent, { minItems: 4, maxItems: 50 }),
    stats: Type.Array(Stat, { minItems: 3, maxItems: 10 }),
    memos: Type.Array(Memo, { minItems: 3, maxItems: 50 }),
    /** The first comes at nine tenths of all turns, the second with the last one. */
    endings: Type.Array(Ending, { minItems: 2, maxItems: 2 }),
  },
  strict,
);

/** The head of a story's file, in YAML between two lines of `---`. */
export const StoryHead = Type.Object(
  {
    title: text(200),
    language: Type.Enum(['ko', 'en']),
    genre: text(50),
    keywords: Type.Array(text(50), { minItems: 1, maxItems: 10, uniqueItems: true }),
    summary: text(2_000),
    picture: Picture,
  },
  strict,
);

export type CataloguePicture = Static<typeof Picture>;
export type CatalogueCharacter = Static<typeof CharacterFile>;
export type CatalogueStory = Static<typeof StoryHead> & { chapters: { no: number; title: string; content: string }[] };
