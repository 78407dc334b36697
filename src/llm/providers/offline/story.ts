import type { Language } from '../../../lib/language.ts';
import type { StoryChapterFacts } from '../../tasks.ts';
import { bindTheme, castStory, listing, type Story, type Theme } from './cast.ts';
import { fitSentences } from './fit.ts';
import { seededRandom } from './random.ts';
import { createDirector, type Scene } from './scenes.ts';

type Chapter = {
  readonly no: number;
  readonly chapters: number;
  /** What the chapter is asked to have, in characters. */
  readonly targetChars: number;
  /** What a chapter of this story has on average. */
  readonly plannedChars: number;
  /** Stands in the place of the first sentence. */
  readonly echo?: string;
};

/** Below this many characters there is no room for scenes. Korean says the same in half the letters. */
const SCENES_FROM_CHARS = { ko: 320, en: 640 } as const;
/** What scenes leave to the sentences that make the length right. */
const RESERVE_CHARS = { ko: 110, en: 200 } as const;
/** Below this a chapter is a sentence or two and has neither opening nor close. */
const TINY_CHARS = 160;

/**
 * One chapter. The chapters before it are told again in silence, so that nothing of them is repeated. What is told may
 * therefore depend on nothing that later chapters do not know: not on the exact length, nor on how the last one ended.
 */
export function composeChapter(facts: StoryChapterFacts, language: Language): string {
  const { chapterNo, chapters, chapterTargetChars, concept, world, characters } = facts;
  const story = castStory(facts, language, { concept, world, characters }, peopleOf(characters));
  const plannedChars = Math.round(facts.targetChars / chapters);
  for (let no = 1; no < chapterNo; no += 1)
    tellChapter(story, { no, chapters, plannedChars, targetChars: plannedChars });
  const echo = chapterNo > 1 ? echoOf(facts, language) : undefined;
  return tellChapter(story, { no: chapterNo, chapters, plannedChars, targetChars: chapterTargetChars, echo });
}

/** Names at the beginnings of the lines of a cast list (`Mira — a clockmaker who …`): hero, friend, rival. */
function peopleOf(characters: string): string[] {
  const names = characters.split('\n').map((line) => /^[-*•\d.\s]*([^—:()]{1,20}?)\s*[—:(]/.exec(line)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].slice(0, 3);
}

/** A sentence that takes up what the chapter before spoke of last. A teller of its own makes it. */
function echoOf(facts: StoryChapterFacts, language: Language): string | undefined {
  const { themes, props, teller } = castStory(facts, language, facts, peopleOf(facts.characters));
  const place = (theme: Theme) => facts.previousTail.lastIndexOf(theme.raw);
  const last = [...themes, ...props].filter((theme) => place(theme) >= 0).sort((a, b) => place(b) - place(a))[0];
  if (last === undefined) return undefined;
  teller.bind('echo', last.phrase);
  return teller.sentence('echo');
}

function tellChapter(story: Story, chapter: Chapter): string {
  if (chapter.no > 1) story.teller.bind('place', story.teller.word('place'));
  const due = dueKeywords(story, chapter);
  const scenes = chapter.targetChars >= SCENES_FROM_CHARS[story.language];
  return scenes ? tellScenes(story, chapter, due) : tellBriefly(story, chapter, due);
}

/** The keywords a chapter has to name: they are dealt out to the chapters in turn, and no chapter goes without. */
function dueKeywords({ keywords, themes }: Story, { no, chapters }: Chapter): Theme[] {
  const dealt = keywords.filter((_, index) => index % chapters === (no - 1) % chapters);
  if (dealt.length > 0) return dealt;
  const pool = keywords.length > 0 ? keywords : themes;
  return [pool[(no - 1) % pool.length] as Theme];
}

function tellScenes(story: Story, chapter: Chapter, due: readonly Theme[]): string {
  const { targetChars, plannedChars, echo } = chapter;
  const fill = fillerOf(story, ['thought', 'short', 'mood', 'sense', 'short', 'reaction']);
  const aside = asideOf(story);
  const last = spend(story, closingSection(chapter));
  const opening = spend(story, openingSection(chapter));
  const setting = spend(story, 'setting');
  const keywords = nameKeywords(story, due, Math.min(targetChars, plannedChars) * 0.3);

  const fixedChars = opening.length + setting.length + keywords.length + last.length;
  const planned = directScenes(story, chapter, plannedChars - fixedChars, true);
  const beginning = [echo ?? opening, setting, keywords].join(' ');
  const scenes: string[] = [];
  let rest = targetChars - beginning.length - last.length - 4;
  for (const scene of planned) {
    if (lengthOf(scene) + RESERVE_CHARS[story.language] / 2 > rest) continue;
    scenes.push(...scene.paragraphs);
    rest -= lengthOf(scene);
  }
  // Without dialogues: a later chapter, which cannot know these scenes, might have the same talk again.
  for (const scene of directScenes(aside, chapter, rest, false)) {
    scenes.push(...scene.paragraphs);
    rest -= lengthOf(scene);
  }
  return [beginning, ...scenes, fill(rest), last].filter((paragraph) => paragraph !== '').join('\n\n');
}

/** Scenes for about `chars` characters, told. */
function directScenes(story: Story, { no, chapters }: Chapter, chars: number, talk: boolean): Scene[] {
  const reserve = RESERVE_CHARS[story.language];
  const nextScene = createDirector(story, talk);
  const scenes: Scene[] = [];
  let rest = chars;
  for (let misfits = 0; rest > reserve && misfits < 6; ) {
    const scene = nextScene((no - rest / chars) / chapters);
    if (lengthOf(scene) + reserve / 2 > rest) misfits += 1;
    else {
      for (const sentence of scene.sentences) story.teller.tell(sentence);
      scenes.push(scene);
      rest -= lengthOf(scene);
    }
  }
  return scenes;
}

function lengthOf(scene: Scene): number {
  return scene.paragraphs.reduce((sum, paragraph) => sum + paragraph.length + 2, 0);
}

/** A chapter of a few sentences, in one paragraph. */
function tellBriefly(story: Story, chapter: Chapter, due: readonly Theme[]): string {
  const fill = fillerOf(story, ['short', 'short', 'sense', 'thought', 'mood', 'short', 'key']);
  const opening = spend(story, openingSection(chapter));
  const last = spend(story, closingSection(chapter));
  const keywords = nameKeywords(story, due, chapter.targetChars * 0.6);
  let rest = chapter.targetChars;
  const fits = (sentence: string) => {
    if (sentence.length > rest * 0.7) return false;
    rest -= sentence.length + 1;
    return true;
  };
  const parts = fits(keywords) ? [keywords] : [];
  if (rest > TINY_CHARS && fits(last)) parts.push(last);
  if (rest > TINY_CHARS && fits(chapter.echo ?? opening)) parts.unshift(chapter.echo ?? opening);
  parts.splice(parts.includes(last) ? -1 : parts.length, 0, fill(rest));
  return parts.filter((part) => part !== '').join(' ');
}

/** The same story with decks and chances of its own, for what depends on the exact length. */
function asideOf(story: Story): Story {
  const random = seededRandom(String(story.random.next()));
  return { ...story, random, teller: story.teller.fork(random) };
}

/** Makes sentences of some kinds that fill a given length. */
function fillerOf(story: Story, kinds: readonly string[]): (targetChars: number) => string {
  const { random, teller } = asideOf(story);
  return (targetChars) => fitSentences(targetChars, () => teller.sentence(random.pick(kinds)), teller.tell);
}

function openingSection({ no }: Chapter): string {
  return no === 1 ? 'opening' : 'reopen';
}

function closingSection({ no, chapters }: Chapter): string {
  return no === chapters ? 'ending' : 'hook';
}

function spend({ teller }: Story, section: string): string {
  const sentence = teller.sentence(section);
  teller.tell(sentence);
  return sentence;
}

/** A sentence that names all of them, as far as they fit into `maxChars`; the first one it names in any case. */
function nameKeywords(story: Story, due: readonly Theme[], maxChars: number): string {
  const { teller, language } = story;
  bindTheme(teller, due[0] as Theme);
  const named: string[] = [];
  for (const { raw } of due) if (listing([...named, raw], language).length + 20 < maxChars) named.push(`‘${raw}’`);
  if (named.length < 2) return spend(story, 'key');
  teller.bind('list', listing(named, language));
  return spend(story, 'list');
}
