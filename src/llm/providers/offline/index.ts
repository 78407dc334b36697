import { fail } from '../../../lib/errors.ts';
import type { Language } from '../../../lib/language.ts';
import { pause } from '../../limits.ts';
import type { ObjectCall, ObjectTasks, TextCall, TextTasks } from '../../tasks.ts';
import type { Provider } from '../provider.ts';
import * as character from './characters.ts';
import {
  composeChoices,
  composeContinuation,
  composeNextAction,
  composeRegenerated,
  composeSummary,
  composeTurn,
} from './chat.ts';
import * as orig from './orig.ts';
import { composePortrait } from './persons/portrait.ts';
import { composeWindow } from './persons/window.ts';
import { composeCharacters, composeConcept, composeTitle, composeWorld } from './plan.ts';
import { composeChapter } from './story.ts';
import { composeChapterRecap, composeChapterSummary } from './summary.ts';

type TextComposers = { readonly [T in keyof TextTasks]: (facts: TextTasks[T], language: Language) => string };
type ObjectComposers = { readonly [T in keyof ObjectTasks]: (facts: ObjectTasks[T], language: Language) => unknown };

const textComposers: TextComposers = {
  'story.plan.concept': composeConcept,
  'story.plan.world': composeWorld,
  'story.plan.characters': composeCharacters,
  'story.body': composeChapter,
  'quick.world': character.composeWorldText,
  'wizard.prompt': character.composeWorldText,
  'wizard.concept': character.composeCharacterConcept,
  'wizard.secret': character.composeSecret,
  'wizard.epilogue': character.composeEpilogue,
  'chat.turn': composeTurn,
  'chat.continue': composeContinuation,
  'chat.regenerate': composeRegenerated,
  'chat.summary': composeSummary,
  'chapter.summary': composeChapterSummary,
  'chapter.recap': composeChapterRecap,
  'orig.turn': orig.composeOrigTurn,
  'orig.greeting': orig.composeGreeting,
  'orig.polish': orig.composePolished,
};

const objectComposers: ObjectComposers = {
  'story.title': composeTitle,
  'quick.opening': character.composeOpening,
  'wizard.opening': character.composeOpening,
  'quick.stats': character.composeStats,
  'wizard.stats': character.composeStats,
  'quick.ending': character.composeEnding,
  'wizard.ending': character.composeEnding,
  'quick.events': character.composeEvents,
  'wizard.events': character.composeEvents,
  'quick.details': character.composeDetails,
  'wizard.details': character.composeDetails,
  'wizard.profile': character.composeProfile,
  'chat.choices': composeChoices,
  'chat.next_action': composeNextAction,
  'orig.choices': orig.composeOrigChoices,
  'orig.seeds': orig.composeSeeds,
  'extract.window': composeWindow,
  'extract.enrich': composePortrait,
};

/** The prose a call gets without a model. */
export function composeText<T extends keyof TextTasks>(call: TextCall<T>): string {
  return textComposers[call.task](call.facts, call.language);
}

/** The object a call gets without a model, not yet checked. */
export function composeObject<T extends keyof ObjectTasks>(call: ObjectCall<T>): unknown {
  return objectComposers[call.task](call.facts, call.language);
}

/**
 * Answers without a model: prose composed from the facts of a call, never from its messages. The same facts give the
 * same text. `charsPerSecond` is how fast it types; 0 is at once.
 */
export function openOffline(charsPerSecond: number): Provider {
  return {
    name: 'offline',
    async *streamText(call, _model, signal) {
      signal.throwIfAborted();
      yield* typeOut(composeText(call), charsPerSecond, signal);
    },
    async produce(call, _model, answer, signal) {
      signal.throwIfAborted();
      const checked = answer.check(composeObject(call));
      if (checked.ok) return checked.value;
      throw fail('llm.bad_output', { cause: new Error(`offline ${call.task}: ${checked.problems}`) });
    },
  };
}

/** Pieces typed at once before others get a turn; waits shorter than this are not worth a timer. */
const PIECES_AT_ONCE = 64;
const MIN_PAUSE_MS = 4;

/** A word and the blank after it, one after the other. */
async function* typeOut(text: string, charsPerSecond: number, signal: AbortSignal): AsyncGenerator<string> {
  const startMs = performance.now();
  let typed = 0;
  let pieces = 0;
  for (const [piece] of text.matchAll(/\S+\s*/g)) {
    typed += piece.length;
    pieces += 1;
    const dueMs = charsPerSecond === 0 ? 0 : startMs + (typed / charsPerSecond) * 1_000 - performance.now();
    if (dueMs >= MIN_PAUSE_MS) await pause(dueMs, signal);
    else if (pieces % PIECES_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    yield piece;
  }
}
