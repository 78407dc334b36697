import type { Ctx } from '../../context.ts';
import type { StoredSnapshot } from '../../db/tables/turns.ts';
import { AppError } from '../../lib/errors.ts';
import type { Language } from '../../lib/language.ts';
import { createReplyFilter } from '../turns/engine/filter.ts';
import { drawGreeting } from '../turns/engine/opening.ts';
import type { Names } from '../turns/engine/render.ts';
import { phrase as shared } from '../turns/prompt/templates.ts';
import { happened, type StoryKnowledge } from './knowledge.ts';
import { titleAfter } from './prompt/compose.ts';
import { phrase } from './prompt/phrases.ts';

/** A shorter greeting says nothing of a story. */
const TELLING_CHARS = 20;
const MAX_CHARS = 2_000;
const LIMITS = { firstTokenMs: 8_000, totalMs: 15_000 };

const BUILT_IN = {
  en: ({ user, character }: Names) =>
    `* ${character} looks up and notices ${user}.\n\n"You came, ${user}. Then let us talk."`,
  ko: ({ user, character }: Names) =>
    `* 고개를 든 ${character}의 눈에 ${user}의 모습이 들어옵니다.\n\n"왔구나, ${user}. 그럼 이야기를 나눠 보자."`,
} as const;

/** The creator's greeting, if it is one that can open a story; it speaks to the user by name. Undefined: a model greets. */
export function storedGreeting(snapshot: StoredSnapshot, names: Names): string | undefined {
  const text = drawGreeting(snapshot, names, (n) => Math.floor(Math.random() * n));
  if (text.length <= TELLING_CHARS) return undefined;
  return names.user === '' || text.includes(names.user) ? text : `${names.user}, ${text}`;
}

export type GreetingScene = {
  snapshot: StoredSnapshot;
  names: Names;
  persona: string;
  knowledge: StoryKnowledge;
  language: Language;
};

/** The greeting that a model writes for where the story stands; the built-in one when it fails. */
export async function writeGreeting(ctx: Ctx, scene: GreetingScene, signal: AbortSignal): Promise<string> {
  const { names, language, knowledge, snapshot, persona } = scene;
  const filter = createReplyFilter(names.character);
  const call = {
    task: 'orig.greeting' as const,
    language,
    maxTokens: 600,
    temperature: 0.9,
    limits: LIMITS,
    messages: [
      { role: 'system' as const, content: sheetOf(scene) },
      {
        role: 'user' as const,
        content: phrase(language, 'greeting', { char: names.character, user: names.user, title: knowledge.title }),
      },
    ],
    facts: {
      characterName: names.character,
      userName: names.user,
      personality: snapshot.character.personality ?? '',
      persona,
      storyTitle: knowledge.title,
      anchor: knowledge.anchor,
      persons: knowledge.persons,
      happened: happened(knowledge),
    },
  };
  try {
    let text = '';
    for await (const piece of ctx.llm.streamText(call, signal)) text += filter.push(piece);
    text += filter.end();
    if (text !== '') return text.slice(0, MAX_CHARS).toWellFormed();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    ctx.log.warn('greeting not written', { code: error.code });
  }
  return BUILT_IN[language](names);
}

function sheetOf({ names, language, knowledge, snapshot, persona }: GreetingScene): string {
  const { description, personality, speechStyle } = snapshot.character;
  const values = { char: names.character, user: names.user };
  const sheet = [description, personality, speechStyle].filter(Boolean).join('\n');
  return [
    phrase(language, 'greeting.sheet', { ...values, text: sheet }),
    ...(persona ? [shared(language, 'persona', { ...values, text: persona })] : []),
    phrase(language, 'bound', { ...values, anchor: knowledge.anchor }),
    ...(knowledge.summary ? [phrase(language, 'before', { text: knowledge.summary })] : []),
    ...(knowledge.chapter
      ? [phrase(language, 'chapter', { ...knowledge.chapter, title: titleAfter(knowledge.chapter.title) })]
      : []),
  ].join('\n\n');
}
