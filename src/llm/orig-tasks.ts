import { Type } from 'typebox';
import type { ChatFacts } from './chat-tasks.ts';

/** A story as its reader knows it: nothing of a chapter they have not reached is in here. */
export type StoryFactsKnown = {
  readonly storyTitle: string;
  /** Number of the last chapter that the reader knows. */
  readonly anchor: number;
  /** Names of persons who have appeared by then. */
  readonly persons: readonly string[];
  /** What has happened by then, in short pieces, the newest first. */
  readonly happened: readonly string[];
};

/** What an answer inside a story is made from. */
export type OrigFacts = ChatFacts &
  StoryFactsKnown & {
    /** What the user says is the case; empty when they said nothing of the kind. */
    readonly situation: string;
    /** The user says nothing: the story goes on by itself. */
    readonly advances: boolean;
  };

export type OrigGreetingFacts = StoryFactsKnown & {
  readonly characterName: string;
  readonly userName: string;
  readonly personality: string;
  /** Who the user is in the story; empty when they are themself. */
  readonly persona: string;
};

export type OrigPolishFacts = {
  /** `consistency`: nothing against what is known. `speakers`: no more persons speak than may. */
  readonly goal: 'consistency' | 'speakers';
  readonly text: string;
  readonly characterName: string;
  readonly userName: string;
  readonly persons: readonly string[];
  readonly maxOthers: number;
};

export type OrigChoicesFacts = OrigFacts & { readonly count: number; readonly hint: string };

export type OrigSeedsFacts = {
  readonly storyTitle: string;
  readonly chapters: readonly { readonly no: number; readonly title: string; readonly opening: string }[];
};

export type OrigTextTasks = {
  'orig.turn': OrigFacts;
  'orig.greeting': OrigGreetingFacts;
  'orig.polish': OrigPolishFacts;
};

export type OrigObjectTasks = {
  'orig.choices': OrigChoicesFacts;
  'orig.seeds': OrigSeedsFacts;
};

/** The schema of `orig.choices`. */
export const OrigChoices = Type.Object({
  choices: Type.Array(Type.Object({ label: Type.String({ minLength: 1, maxLength: 200 }) }), {
    minItems: 1,
    maxItems: 8,
  }),
});

/** The schema of `orig.seeds`. */
export const OrigSeeds = Type.Object({
  seeds: Type.Array(
    Type.Object({ chapter: Type.Integer({ minimum: 0 }), label: Type.String({ minLength: 1, maxLength: 200 }) }),
    { minItems: 1, maxItems: 8 },
  ),
});
