import type { Ctx } from '../../context.ts';
import { AppError } from '../../lib/errors.ts';
import { type StoryScene, speakersOf } from './prompt/compose.ts';
import { phrase } from './prompt/phrases.ts';

const FIRST_TURNS = 2;
const GOALS = ['consistency', 'speakers'] as const;
const MAX_TOKENS = 2_700;
/** Two of them must fit behind the answer itself. */
const LIMITS = { totalMs: 12_000 };

/** How a reply is worked over, where the room's settings want that: always, or in its first two turns. */
export function polishStory(
  scene: StoryScene,
): ((ctx: Ctx, reply: string, signal: AbortSignal) => Promise<string>) | undefined {
  const { settings, plan, material } = scene;
  const turn = plan?.turnNo ?? material.turnCount;
  const wanted =
    settings.postprocess_mode === 'always' || (settings.postprocess_mode === 'first2' && turn <= FIRST_TURNS);
  if (!wanted) return undefined;
  return async (ctx, reply, signal) => {
    let text = reply;
    for (const goal of GOALS) text = await pass(ctx, scene, goal, text, signal);
    return text;
  };
}

/** One rewriting; when the model fails, the text stays as it was. */
async function pass(
  ctx: Ctx,
  { language, names, model, material, settings }: StoryScene,
  goal: (typeof GOALS)[number],
  text: string,
  signal: AbortSignal,
): Promise<string> {
  const max = settings.next_event_len;
  const persons = speakersOf(material.knowledge, names.character);
  const values = { char: names.character, user: names.user, max, names: persons.join(', ') };
  const call = {
    task: 'orig.polish' as const,
    language,
    model: model.id,
    maxTokens: MAX_TOKENS,
    limits: LIMITS,
    messages: [
      {
        role: 'system' as const,
        content: `${phrase(language, 'polish', values)} ${phrase(language, `polish.${goal}`, values)}`,
      },
      { role: 'user' as const, content: text },
    ],
    facts: { goal, text, characterName: names.character, userName: names.user, persons, maxOthers: max },
  };
  try {
    let better = '';
    for await (const piece of ctx.llm.streamText(call, signal)) better += piece;
    return better.trim() || text;
  } catch (error) {
    if (signal.aborted || !(error instanceof AppError)) throw error;
    ctx.log.warn('reply not polished', { goal, code: error.code });
    return text;
  }
}
