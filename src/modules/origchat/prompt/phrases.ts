import { phrasesOf } from '../../turns/prompt/templates.ts';
import en from './parts.en.md' with { type: 'text' };
import ko from './parts.ko.md' with { type: 'text' };

/** A part of the prompts of story rooms. */
export const phrase = phrasesOf({ en, ko });
