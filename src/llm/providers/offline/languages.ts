import type { Language } from '../../../lib/language.ts';
import { type Grammar, grammarProblems, parseGrammar } from './grammar.ts';
import characterEn from './text/character.en.txt' with { type: 'text' };
import characterKo from './text/character.ko.txt' with { type: 'text' };
import chatEn from './text/chat.en.txt' with { type: 'text' };
import chatKo from './text/chat.ko.txt' with { type: 'text' };
import origEn from './text/orig.en.txt' with { type: 'text' };
import origKo from './text/orig.ko.txt' with { type: 'text' };
import planEn from './text/plan.en.txt' with { type: 'text' };
import planKo from './text/plan.ko.txt' with { type: 'text' };
import storyEn from './text/story.en.txt' with { type: 'text' };
import storyKo from './text/story.ko.txt' with { type: 'text' };
import wordsEn from './text/words.en.txt' with { type: 'text' };
import wordsKo from './text/words.ko.txt' with { type: 'text' };

/** Places in the texts that a story's facts fill, see `cast.ts`. */
const BOUND = [
  ...['hero', 'friend', 'rival', 'job', 'job2', 'job3', 'they', 'them', 'their', 'who', 'echo', 'list'],
  ...['place', 'place2', 'object', 'threat', 'key', 'word', 'genre', 'tone', 'prompt', 'themes'],
  ...['char', 'user', 'memo', 'title', 'person'],
];

/** Everything the offline provider can say, by language. */
export const grammars: Readonly<Record<Language, Grammar>> = {
  ko: checked('ko', parseGrammar(wordsKo, storyKo, planKo, chatKo, origKo, characterKo)),
  en: checked('en', parseGrammar(wordsEn, storyEn, planEn, chatEn, origEn, characterEn)),
};

/** A slip in a text file stops the start, not a user's story. */
function checked(language: Language, grammar: Grammar): Grammar {
  const problems = grammarProblems(grammar, BOUND);
  if (problems.length > 0) throw new Error(`grammar ${language}: ${problems.join(', ')}`);
  return grammar;
}
