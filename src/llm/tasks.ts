import { Type } from 'typebox';
import type { Language } from '../lib/language.ts';
import type { ChapterTextTasks } from './chapter-tasks.ts';
import type { CharacterObjectTasks, CharacterTextTasks } from './character-tasks.ts';
import type { ChatObjectTasks, ChatTextTasks } from './chat-tasks.ts';
import type { ExtractObjectTasks } from './extract-tasks.ts';
import type { TimeLimits } from './limits.ts';
import type { OrigObjectTasks, OrigTextTasks } from './orig-tasks.ts';

/** One message of a prompt, as every chat model reads it. */
export type Message = { readonly role: 'system' | 'user' | 'assistant'; readonly content: string };

/** What every step of writing one story knows. The same values must be passed in each of its steps. */
export type StoryFacts = {
  /** The user's wish; empty when there are only keywords. */
  readonly prompt: string;
  readonly keywords: readonly string[];
  readonly genre: string | null;
  readonly tone: string;
  /** Length of the whole story, in characters. */
  readonly targetChars: number;
  readonly chapters: number;
};

type StoryWorldFacts = StoryFacts & { readonly concept: string };
type StoryCharactersFacts = StoryWorldFacts & { readonly world: string };

export type StoryChapterFacts = StoryCharactersFacts & {
  readonly characters: string;
  /** Counts from 1. */
  readonly chapterNo: number;
  readonly chapterTargetChars: number;
  /** The last few hundred characters of the chapter before; empty for the first. */
  readonly previousTail: string;
};

export type StoryTitleFacts = StoryFacts & {
  readonly concept: string;
  /** The first few hundred characters of the story. */
  readonly opening: string;
};

/** Tasks answered with prose. A new caller adds its line here; the offline table then fails to compile without it. */
export type TextTasks = CharacterTextTasks & {
  'story.plan.concept': StoryFacts;
  'story.plan.world': StoryWorldFacts;
  'story.plan.characters': StoryCharactersFacts;
  'story.body': StoryChapterFacts;
} & ChapterTextTasks &
  ChatTextTasks &
  OrigTextTasks;

/** Tasks answered with an object of the schema that the caller passes. */
export type ObjectTasks = CharacterObjectTasks & {
  'story.title': StoryTitleFacts;
} & ChatObjectTasks &
  OrigObjectTasks &
  ExtractObjectTasks;

/** The schema of `story.title`. */
export const StoryTitle = Type.Object({ title: Type.String({ minLength: 1, maxLength: 20 }) });

type CallOf<Tasks, Task extends keyof Tasks> = {
  readonly task: Task;
  /** What a model reads. */
  readonly messages: readonly Message[];
  /** What the messages were built from: all that the offline provider reads. */
  readonly facts: Tasks[Task];
  readonly language: Language;
  /** Public model id as a user chose it; unknown or missing means the default model. */
  readonly model?: string;
  /** Asks the fallback model from the start, where there is one: for a second try. */
  readonly spare?: boolean;
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly limits?: Partial<TimeLimits>;
};

export type TextCall<Task extends keyof TextTasks = keyof TextTasks> = { [T in Task]: CallOf<TextTasks, T> }[Task];
export type ObjectCall<Task extends keyof ObjectTasks = keyof ObjectTasks> = {
  [T in Task]: CallOf<ObjectTasks, T>;
}[Task];
export type LlmCall = TextCall | ObjectCall;
