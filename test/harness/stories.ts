import type { Llm } from '../../src/llm/gateway.ts';
import { type Person, signUp } from './people.ts';
import { createWorld, type World } from './world.ts';

export const GENERATION = '/stories/generate/stream';

type StartOptions = { token?: string; headers?: Record<string, string>; client?: World['client'] };

/** A model that writes a chapter when the test says so, and the rest as the offline one does. */
export function scriptedModel(real: Llm) {
  const waiting: ((piece: string | undefined) => void)[] = [];
  const ready: (string | undefined)[] = [];
  const aborted = { count: 0 };
  const next = (signal: AbortSignal) =>
    new Promise<string | undefined>((resolve, reject) => {
      waiting.push(resolve);
      const leave = () => {
        aborted.count += 1;
        reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
    });
  const llm: Llm = {
    ...real,
    async *streamText(call, signal) {
      if (call.task !== 'story.body') return yield* real.streamText(call, signal);
      for (;;) {
        const piece = ready.length > 0 ? ready.shift() : await next(signal);
        if (piece === undefined) return;
        yield piece;
      }
    },
  };
  const say = (piece: string | undefined) => {
    const hear = waiting.shift();
    if (hear) hear(piece);
    else ready.push(piece);
  };
  return { llm, say, end: () => say(undefined), aborted };
}

/** A world with one signed-up person who has stories written. */
export async function createStoryWorld() {
  const env = { GENERATION_CONCURRENCY: '50' };
  const world = await createWorld({ env });
  const person: Person = await signUp(world);
  return {
    world,
    person,
    start: (body: object, { token = person.token, headers = {}, client = world.client }: StartOptions = {}) =>
      client.open('POST', GENERATION, { body, token, headers }),
    follow: (id: string, lastEventId?: string, client = world.client) =>
      client.open('GET', `${GENERATION}/${id}`, {
        token: person.token,
        headers: lastEventId ? { 'last-event-id': lastEventId } : {},
      }),
    status: async (id: string) => (await world.client.get(`${GENERATION}/${id}/status`, { token: person.token })).body,
    /** An instance over the same stores whose model the test holds. */
    async scriptedInstance() {
      const model = scriptedModel(world.ctx.llm);
      const writer = await createWorld({ stores: world.stores, env, overrides: { llm: model.llm } });
      return { ...model, writer };
    },
  };
}
