import type { AppError } from '../../src/lib/errors.ts';
import { textWithoutModel } from '../../src/llm/fallback.ts';
import type { Llm } from '../../src/llm/gateway.ts';
import { composeObject } from '../../src/llm/providers/offline/index.ts';
import { shapeOf } from '../../src/llm/shape.ts';
import type { ObjectCall, TextCall } from '../../src/llm/tasks.ts';
import { quickCreate } from '../../src/modules/characters/quick/create.ts';
import type { QuickCreateInput } from '../../src/modules/characters/quick/schema.ts';
import type { Person } from './people.ts';
import type { World } from './world.ts';

export const QUICK = '/characters/quick-create-30s';

/** What the page sends. */
export const quickBody = (change: object = {}): QuickCreateInput & { request_id: string } => ({
  request_id: `qc_${crypto.randomUUID()}`,
  image_url: `/static/${'a'.repeat(64)}.png`,
  audience_slug: '여성향',
  style_slug: '애니풍',
  character_type: 'roleplay',
  max_turns: 125,
  name: '서하린',
  one_line_intro: '비 오는 골목에서 고장 난 시계만 고치는 시계 수리공. 잃어버린 동생을 찾고 있다.',
  tags: ['로맨스', '미스터리'],
  setting_memos: ['  시계방은 자정에만 문을 연다. ', '', '동생의 이름은 서하민이다.'],
  ...change,
});

type Answer = unknown | ((call: ObjectCall | TextCall, tries: number) => unknown);
const HANG = Symbol('hang');

/** An answer that never comes, whatever the signal says. */
export const hang = () => HANG;

/**
 * A model whose answers a test writes, by task; the rest as the offline one does. Objects meet the schema as a real
 * provider's do; an `Error` is thrown. `calls` counts, by task.
 */
export function scriptedCharacterModel(real: Pick<Llm, 'models' | 'describe'>, script: Record<string, Answer>) {
  const calls: Record<string, { spare: boolean | undefined; signal: AbortSignal }[]> = {};
  const answerTo = async (call: ObjectCall | TextCall, signal: AbortSignal, otherwise: () => unknown) => {
    const earlier = calls[call.task] ?? [];
    calls[call.task] = earlier;
    earlier.push({ spare: call.spare, signal });
    const scripted = script[call.task];
    if (scripted === undefined) return otherwise();
    const answer = typeof scripted === 'function' ? await scripted(call, earlier.length) : scripted;
    if (answer === HANG) return new Promise(() => undefined);
    if (answer instanceof Error) throw answer;
    return answer ?? otherwise();
  };
  const llm: Llm = {
    models: real.models,
    describe: real.describe,
    async *streamText(call, signal) {
      const answer = await answerTo(call, signal, () => textWithoutModel(call));
      for (const piece of Array.isArray(answer) ? answer : [answer]) {
        if (piece === HANG) await new Promise(() => undefined);
        yield String(piece);
      }
    },
    async produce(call, schema, signal) {
      const checked = shapeOf(schema).check(await answerTo(call, signal, () => composeObject(call)));
      if (checked.ok) return checked.value;
      throw new Error(`not of the schema: ${checked.problems}`);
    },
  };
  return { llm, calls };
}

const WAVES = { worldMs: 500, openingMs: 500, restMs: 500 };
const forever = new AbortController().signal;

/** Makes a character with a scripted model and short waves: the character, or the error; and what was stored. */
export async function makeWith(world: World, person: Person, script: Record<string, Answer>, change: object = {}) {
  const { llm, calls } = scriptedCharacterModel(world.ctx.llm, script);
  const actor = { kind: 'member' as const, userId: person.id, sessionId: '', isAdmin: false };
  const body = quickBody(change);
  const count = async () => (await world.client.get('/characters/my?limit=100', { token: person.token })).body.length;
  const before = await count();
  const outcome = await quickCreate({ ...world.ctx, llm }, actor, 'ko', body, { signal: forever, waves: WAVES }).then(
    (made) => ({ made, error: undefined }),
    (error: AppError) => ({ made: undefined, error }),
  );
  const lock = await world.ctx.redis.commands.exists(`quick-create-30s:${person.id}:${body.request_id}:lock`);
  return { ...outcome, calls, stored: (await count()) - before, lock };
}

// biome-ignore lint/suspicious/noExplicitAny: tests read documents of every shape
export const openingOf = (made: { start_sets?: any } | undefined) => made?.start_sets.items[0];

export const long = (text: string, chars: number) => text.repeat(Math.ceil(chars / text.length)).slice(0, chars);
export const scene = long('바람이 분다. 당신은 멈춘다. ', 300);
export const endingAnswer = (change: object = {}) => ({
  title: '어떤 끝',
  base_condition: '끝까지 갔을 때.',
  hint: '끝까지',
  epilogue: `${scene}\n“안녕.”`,
  ...change,
});

/** What the wizard sends with each of its drafts. */
export const wizardBody = (change: object = {}) => ({
  name: '서하린',
  description: '비 오는 골목의 시계 수리공. 잃어버린 동생을 찾는다.',
  world_setting: '자정에만 문을 여는 시계방이 있는 도시.',
  tags: ['로맨스', '미스터리'],
  mode: 'roleplay' as const,
  ai_model: 'some-model',
  ...change,
});
