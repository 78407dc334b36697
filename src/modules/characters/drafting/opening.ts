import { type CharacterFacts, OpeningAnswer } from '../../../llm/character-tasks.ts';
import { cleanLine, isMeta } from './clean.ts';
import { type Desk, draftObject } from './desk.ts';
import { buildMessages } from './prompt/build.ts';

export type DraftedOpening = { intro: string; firstLine: string };

const INTRO_MAX_CHARS = 1_000;
const LEAST_INTRO_CHARS = 40;
const FIRST_LINE_MAX_CHARS = 200;
const MAX_TOKENS = 1_500;

/** The first scene, on one line, and the first words. `avoid`: one that must not come again. Throws `llm.*`. */
export function writeOpening(
  desk: Desk,
  limitMs: number,
  task: 'quick.opening' | 'wizard.opening',
  facts: CharacterFacts,
  avoid = '',
): Promise<DraftedOpening> {
  const { language } = desk;
  const notThis = { ko: `다음 장면과는 다르게 쓰세요: ${avoid}`, en: `Write something else than this: ${avoid}` };
  const call = {
    task,
    language,
    maxTokens: MAX_TOKENS,
    facts: { ...facts, avoid },
    messages: buildMessages('opening', language, facts, { avoid: avoid === '' ? '' : notThis[language] }),
  } as const;
  return draftObject(desk, limitMs, call, OpeningAnswer, (answer) => {
    const intro = cleanLine(answer.intro, INTRO_MAX_CHARS);
    const firstLine = cleanLine(answer.first_line, FIRST_LINE_MAX_CHARS);
    if (intro.length < LEAST_INTRO_CHARS || firstLine === '' || isMeta(intro) || isMeta(firstLine)) return undefined;
    return { intro, firstLine };
  });
}
