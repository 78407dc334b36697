import { Type } from 'typebox';

/** What every answer in a room is made from. */
export type ChatFacts = {
  readonly characterName: string;
  readonly userName: string;
  readonly personality: string;
  readonly description: string;
  /** Counts from 1; two turns are never answered alike. */
  readonly turnNo: number;
  readonly userText: string;
  /** The last thing the character said; empty when there was none. */
  readonly lastReply: string;
  readonly event: { readonly summary: string; readonly narration: string; readonly dialogue: string } | null;
  /** What the character is to keep in mind. */
  readonly memos: readonly string[];
  readonly stats: readonly {
    readonly id: string;
    readonly label: string;
    readonly value: number;
    readonly min: number;
    readonly max: number;
  }[];
  readonly stage: 'beginning' | 'middle' | 'late' | 'close' | null;
  readonly length: 'short' | 'medium' | 'long';
};

export type ChatChoicesFacts = ChatFacts & { readonly count: number; readonly hint: string };
export type ChatNextActionFacts = ChatFacts & { readonly hint: string };

export type ChatRegenerateFacts = {
  readonly characterName: string;
  readonly userName: string;
  readonly text: string;
  readonly instruction: string;
  /** How many versions there are already: the next one is another. */
  readonly versions: number;
};

export type ChatSummaryFacts = {
  readonly characterName: string;
  readonly userName: string;
  readonly before: string;
  readonly lines: readonly { readonly byUser: boolean; readonly text: string }[];
};

export type ChatTextTasks = {
  'chat.turn': ChatFacts;
  'chat.continue': ChatFacts;
  'chat.regenerate': ChatRegenerateFacts;
  'chat.summary': ChatSummaryFacts;
};

export type ChatObjectTasks = {
  'chat.choices': ChatChoicesFacts;
  'chat.next_action': ChatNextActionFacts;
};

/** The schema of `chat.choices`. */
export const ChatChoices = Type.Object({
  choices: Type.Array(
    Type.Object({
      dialogue: Type.String({ maxLength: 400 }),
      narration: Type.String({ maxLength: 400 }),
    }),
    { minItems: 1, maxItems: 8 },
  ),
});

/** The schema of `chat.next_action`. */
export const ChatNextAction = Type.Object({ narration: Type.String({ minLength: 1, maxLength: 1_000 }) });
