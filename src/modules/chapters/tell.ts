import type { Ctx } from '../../context.ts';
import { AppError } from '../../lib/errors.ts';
import { extractSentences } from '../../lib/extract.ts';
import { languageOf } from '../../lib/language.ts';
import { firstSentences } from '../../lib/sentences.ts';
import { safePrefix } from '../../lib/text.ts';
import { buildMessages } from './prompt/build.ts';

const BRIEF_CHARS = 400;
const EXCERPT_CHARS = 600;
const CUMULATIVE_CHARS = 2_000;
/** What a cumulative summary that is full is told again in: some chapters fit behind it before the next time. */
const RECAP_CHARS = 1_200;

/** Half of what a model reads may be chapter: a Korean letter is about a token. */
const MIN_PART_CHARS = 4_000;
const MAX_PART_CHARS = 25_000;
/** Enough for the longest answer in Korean. */
const ANSWER_TOKENS = 1_600;

/** The beginning of a chapter, word for word, in whole sentences where they fit. */
export function excerptOf(content: string): string {
  return firstSentences(safePrefix(content, EXCERPT_CHARS * 4), EXCERPT_CHARS);
}

/**
 * What happens in a chapter, in its own language. A long one is read in parts. Throws `llm.unavailable` and
 * `llm.timeout`; where the model has no usable answer, sentences of the chapter stand in.
 */
export async function tellChapter(ctx: Ctx, content: string): Promise<string> {
  const language = languageOf(content);
  const { contextTokens } = ctx.llm.models.find(undefined);
  const partChars = Math.min(MAX_PART_CHARS, Math.max(MIN_PART_CHARS, Math.floor(contextTokens / 2)));
  let told = '';
  for (const text of partsOf(content, partChars)) {
    const facts = { text, before: told, maxChars: BRIEF_CHARS };
    const messages = buildMessages('summary', language, facts);
    const call = { task: 'chapter.summary' as const, language, facts, messages, maxTokens: ANSWER_TOKENS };
    const answer = await ask(ctx, call);
    told = answer ? firstSentences(answer, BRIEF_CHARS) : extractSentences(`${told}\n\n${text}`, BRIEF_CHARS);
  }
  return told;
}

/** The story up to a chapter, from the story before it and what happens in it. Throws as `tellChapter`. */
export async function tellStory(ctx: Ctx, before: string, brief: string): Promise<string> {
  const joined = before === '' ? brief : `${before}\n${brief}`;
  if (joined.length <= CUMULATIVE_CHARS) return joined;
  const language = languageOf(brief);
  const facts = { before, brief, maxChars: RECAP_CHARS };
  const messages = buildMessages('recap', language, { text: brief, before, maxChars: RECAP_CHARS });
  const call = { task: 'chapter.recap' as const, language, facts, messages, maxTokens: ANSWER_TOKENS };
  const answer = await ask(ctx, call);
  if (answer) return answer.length <= CUMULATIVE_CHARS ? answer : firstSentences(answer, CUMULATIVE_CHARS);
  return `${extractSentences(before, RECAP_CHARS)}\n${brief}`;
}

/** Pieces of at most `maxChars`, cut between paragraphs, else between lines or words where there are any. */
export function partsOf(content: string, maxChars: number): string[] {
  const parts: string[] = [];
  for (let rest = content; rest !== ''; ) {
    const piece = safePrefix(rest, maxChars);
    const cut =
      piece.length === rest.length
        ? -1
        : ['\n\n', '\n', ' '].map((mark) => piece.lastIndexOf(mark)).find((at) => at > maxChars / 2);
    const end = cut === undefined || cut < 0 ? piece.length : cut;
    parts.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return parts;
}

/** The answer, ready to be stored; undefined when it is none, or refused. */
async function ask(ctx: Ctx, call: Parameters<Ctx['llm']['streamText']>[0]): Promise<string | undefined> {
  let answer = '';
  try {
    for await (const piece of ctx.llm.streamText(call, ctx.stopping)) answer += piece;
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'llm.bad_output')) throw error;
    return undefined;
  }
  return answer.replaceAll('\0', '').toWellFormed().trim() || undefined;
}
