import { Type } from 'typebox';

/** What every step of making one character knows. */
export type CharacterFacts = {
  /** Of a simulator, its title. */
  readonly name: string;
  readonly intro: string;
  /** The creator's own idea of it; empty when there is none. */
  readonly concept: string;
  /** The world text, once there is one. */
  readonly world: string;
  readonly tags: readonly string[];
  readonly audience: string;
  readonly mode: 'roleplay' | 'simulator';
  /** A simulator in which one may fall in love. */
  readonly dating: boolean;
  readonly maxTurns: number;
};

type LengthFacts = CharacterFacts & { readonly minChars: number; readonly maxChars: number };
/** `avoid`: an opening that must not come again; empty when there is none. */
type OpeningFacts = CharacterFacts & { readonly avoid: string };
type StatFacts = CharacterFacts & { readonly fewest: number; readonly most: number };
type DetailFacts = CharacterFacts & { readonly sectionModes: Readonly<Record<string, string>> };
type EventFacts = CharacterFacts & {
  readonly opening: string;
  readonly firstLine: string;
  /** The turns at which something shall happen, one event for each. */
  readonly turns: readonly number[];
};
type EndingFacts = CharacterFacts & {
  readonly opening: string;
  /** Of two endings, the first is the one that was hoped for, the second the one with a price. */
  readonly order: 1 | 2;
  readonly turn: number;
  readonly minTurn: number;
  /** A title that is taken; empty when there is none. */
  readonly avoidTitle: string;
};
type EpilogueFacts = CharacterFacts & {
  readonly title: string;
  readonly condition: string;
  readonly hint: string;
  readonly extraConditions: readonly string[];
};
type ProfileFacts = {
  readonly seed: string;
  readonly type: 'roleplay' | 'simulator' | 'custom';
  readonly tags: readonly string[];
  /** What the creator has already; empty when there is none. */
  readonly name: string;
  readonly description: string;
};

/** Prose of characters. `quick.*` is the 30-second creation, `wizard.*` the wizard's drafts. */
export type CharacterTextTasks = {
  'quick.world': LengthFacts;
  'wizard.prompt': LengthFacts;
  'wizard.concept': LengthFacts;
  'wizard.secret': LengthFacts;
  'wizard.epilogue': EpilogueFacts;
};

/** Objects of characters, each of the schema of its name below. */
export type CharacterObjectTasks = {
  'quick.opening': OpeningFacts;
  'wizard.opening': OpeningFacts;
  'quick.stats': StatFacts;
  'wizard.stats': StatFacts;
  'quick.ending': EndingFacts;
  'wizard.ending': EndingFacts;
  'quick.events': EventFacts;
  'wizard.events': EventFacts;
  'quick.details': DetailFacts;
  'wizard.details': DetailFacts;
  'wizard.profile': ProfileFacts;
};

/** Far above what is wanted: an answer that is too long is cut, which is better than asking again. */
const text = Type.String({ maxLength: 20_000 });
const line = Type.String({ minLength: 1, maxLength: 20_000 });
const words = Type.Array(text, { maxItems: 100 });

export const OpeningAnswer = Type.Object({ intro: line, first_line: line });
export const StatsAnswer = Type.Object({
  stats: Type.Array(
    Type.Object({
      name: line,
      min_value: Type.Number(),
      max_value: Type.Number(),
      base_value: Type.Number(),
      unit: Type.Optional(text),
      description: Type.Optional(text),
    }),
    { minItems: 1, maxItems: 50 },
  ),
});
export const EventsAnswer = Type.Object({
  events: Type.Array(Type.Object({ title: line, summary: line, required_narration: text, required_dialogue: text }), {
    maxItems: 100,
  }),
});
export const DetailsAnswer = Type.Object({
  personality: line,
  speech_style: line,
  interests: words,
  likes: words,
  dislikes: words,
});
/** The wizard's draft has no epilogue, and names the turn itself. */
export const EndingDraftAnswer = Type.Object({
  title: line,
  base_condition: line,
  hint: text,
  suggested_turn: Type.Optional(Type.Number()),
});
export const EndingAnswer = Type.Object({ title: line, base_condition: line, hint: text, epilogue: line });
export const ProfileAnswer = Type.Object({ name: line, description: line, keywords: words });
