import type { Language } from '../../../lib/language.ts';
import type { StoryFacts, StoryTitleFacts, TextTasks } from '../../tasks.ts';
import { bindTheme, castStory, type Story } from './cast.ts';
import { fits } from './reading.ts';

/** The idea of the story in a few sentences. */
export function composeConcept(facts: StoryFacts, language: Language): string {
  const story = castStory(facts, language, 'concept');
  const quoted = facts.prompt.trim() !== '' && fits(facts.prompt, language);
  return tell(story, [
    'concept.premise',
    ...(quoted ? ['concept.prompt'] : []),
    'concept.wish',
    'concept.stake',
    'concept.themes',
  ]);
}

/** Where it happens, and what holds there. */
export function composeWorld(facts: TextTasks['story.plan.world'], language: Language): string {
  const story = castStory(facts, language, { step: 'world', concept: facts.concept });
  return tell(story, ['world.place', 'world.rule', 'world.life', 'world.shadow']);
}

/** One person a line, the name first: chapters read it. */
export function composeCharacters(facts: TextTasks['story.plan.characters'], language: Language): string {
  const story = castStory(facts, language, { step: 'people', concept: facts.concept, world: facts.world });
  const { teller } = story;
  return ['person.hero', 'person.friend', 'person.rival'].map((section) => teller.sentence(section)).join('\n');
}

function tell({ teller, random, themes }: Story, sections: readonly string[]): string {
  return sections
    .map((section) => {
      bindTheme(teller, random.pick(themes));
      return teller.sentence(section);
    })
    .join(' ');
}

const MAX_TITLE_CHARS = 20;

/** A title of at most 20 characters, with a word of the user's where one is short enough. */
export function composeTitle(facts: StoryTitleFacts, language: Language): { title: string } {
  const story = castStory(facts, language, { step: 'title', concept: facts.concept, opening: facts.opening });
  const { teller, random, themes, hero } = story;
  const draw = (section: string) => Array.from({ length: 30 }, () => teller.sentence(section));
  const withTheme = random.shuffle(themes).flatMap((theme) => {
    teller.bind('key', language === 'en' ? titleCase(theme.raw) : theme.raw);
    return draw('title.key');
  });
  const title = [...withTheme, ...draw('title.other')].find((candidate) => candidate.length <= MAX_TITLE_CHARS);
  return { title: title ?? hero.slice(0, MAX_TITLE_CHARS) };
}

function titleCase(text: string): string {
  return text.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
}
