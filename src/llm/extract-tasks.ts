import { Type } from 'typebox';

/** What finding the persons of one stretch of a story knows. */
type WindowFacts = {
  readonly text: string;
  /** Names of persons found before, the most named first: one person shall have one name. */
  readonly known: readonly string[];
};

/** What drawing one person of a story knows. */
type EnrichFacts = {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly storyTitle: string;
  /** Stretches of the story in which the person appears, in their order. */
  readonly passages: readonly string[];
};

export type ExtractObjectTasks = {
  'extract.window': WindowFacts;
  'extract.enrich': EnrichFacts;
};

/** Far above what is wanted: what is too long is cut, which is better than asking again. */
const text = Type.String({ maxLength: 20_000 });
const name = Type.String({ minLength: 1, maxLength: 200 });

/** The schema of `extract.window`. */
export const WindowAnswer = Type.Object({
  candidates: Type.Array(
    Type.Object({
      name,
      description: Type.Optional(text),
      /** `protagonist`, `main` or `minor`; models have words of their own, which the reader understands. */
      importance: Type.Optional(Type.String({ maxLength: 100 })),
      aliases: Type.Optional(Type.Array(name, { maxItems: 30 })),
    }),
    { maxItems: 50 },
  ),
});

/** The schema of `extract.enrich`. */
export const EnrichAnswer = Type.Object({
  personality: text,
  speech_style: text,
  greeting: text,
  world_setting: text,
  background_story: text,
});
