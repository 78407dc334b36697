import { sql } from 'drizzle-orm';
import type { Llm } from '../../src/llm/gateway.ts';
import { createCharacter } from '../../src/modules/characters/create.ts';
import { type Person, signUp } from './people.ts';
import type { World } from './world.ts';

/** An opening with an event at turn 2, three memos, a stat and two endings. */
export const START_SETS = {
  selectedId: 'set_1',
  items: [
    {
      id: 'set_1',
      title: 'Harbour',
      intro: 'Fog lies over the harbour. {{char}} waits for {{user}}.',
      firstLine: '"You are late, {{user}}."',
      turn_events: [
        {
          id: 'ev_bell',
          title: 'The bell',
          about_turn: 2,
          summary: 'A bell rings out at sea.',
          required_narration: 'The bell rings three times.',
          required_dialogue: 'Did you hear that, {{user}}?',
        },
      ],
      ending_settings: {
        min_turns: 10,
        endings: [
          {
            id: 'end_love',
            turn: 180,
            title: 'Together',
            epilogue: 'They sail away.',
            extra_conditions: [{ id: 'c1', type: 'text', text: 'farewell forever' }],
          },
          { id: 'end_turn', turn: 12, title: 'Dawn', epilogue: 'The fog lifts.' },
        ],
      },
      stat_settings: {
        stats: [
          { id: 'trust', name: 'Trust', min_value: 0, max_value: 100, base_value: 40, unit: '', description: '' },
        ],
      },
    },
  ],
  sim_options: { max_turns: 200 },
  setting_book: {
    items: [
      { id: 'm_light', detail: 'The lighthouse is dark since May.', triggers: ['lighthouse'], targets: ['all'] },
      { id: 'm_boat', detail: 'The boat is called Gull. [[img:gull]]', triggers: ['boat'], targets: ['all'] },
      { id: 'm_always', detail: 'It is always foggy.', triggers: [], targets: ['all'] },
    ],
  },
};

/** A character with a script, made by `creator`. */
export function makeCharacter(world: World, creator: Person, draft: object = {}): Promise<string> {
  const actor = { kind: 'member' as const, userId: creator.id, sessionId: '', isAdmin: false };
  return createCharacter(world.ctx, actor, {
    name: 'Mina',
    description: 'A lighthouse keeper who speaks little.',
    personality: 'calm, curious, stubborn',
    greeting: 'Good evening.',
    isPublic: true,
    startSets: START_SETS,
    ...draft,
  } as Parameters<typeof createCharacter>[2]);
}

export type Scripted = {
  llm: Llm;
  /** Gives the answer its next piece. */
  say(piece: string): void;
  end(): void;
  fail(error: Error): void;
  calls: unknown[];
  /** What was asked beside answers in rooms. */
  freeCalls: { task: string; model?: string }[];
};

type Step = { piece: string } | { end: true } | { error: Error };

/** A model whose answers in rooms the test speaks; everything else is the offline one. */
export function scriptedChat(real: Llm): Scripted {
  const waiting: ((step: Step) => void)[] = [];
  const ready: Step[] = [];
  const calls: unknown[] = [];
  const freeCalls: Scripted['freeCalls'] = [];
  const give = (step: Step) => {
    const hear = waiting.shift();
    if (hear) hear(step);
    else ready.push(step);
  };
  const next = (signal: AbortSignal) =>
    new Promise<Step>((resolve, reject) => {
      const step = ready.shift();
      if (step) return resolve(step);
      waiting.push(resolve);
      signal.addEventListener(
        'abort',
        () => {
          waiting.splice(waiting.indexOf(resolve), 1);
          reject(signal.reason);
        },
        { once: true },
      );
    });
  return {
    calls,
    freeCalls,
    say: (piece) => give({ piece }),
    end: () => give({ end: true }),
    fail: (error) => give({ error }),
    llm: {
      ...real,
      async *streamText(call, signal) {
        if (!['chat.turn', 'chat.continue', 'orig.turn'].includes(call.task)) {
          freeCalls.push(call);
          return yield* real.streamText(call, signal);
        }
        calls.push(call);
        for (;;) {
          const step = await next(signal);
          if ('end' in step) return;
          if ('error' in step) throw step.error;
          yield step.piece;
        }
      },
      produce(call, schema, signal) {
        freeCalls.push(call);
        return real.produce(call, schema, signal);
      },
    },
  };
}

/** Everything of a room that a failed turn must leave as it was. */
export async function roomRows(world: World, roomId: string) {
  const [room] = await world.ctx.db.pool.execute(
    sql`select turn_count, message_count, last_seq, state, summary from rooms where id = ${roomId}`,
  );
  const messages = await world.ctx.db.pool.execute(
    sql`select id, seq, part, content, selected_version from messages where room_id = ${roomId} order by seq`,
  );
  return { room, messages: [...messages] };
}

export type ChatWorld = Awaited<ReturnType<typeof chatIn>>;

/** A person, a creator and a character in a world, and short ways to talk. */
export async function chatIn(world: World, draft: object = {}) {
  const [creator, person] = [await signUp(world), await signUp(world)];
  const characterId = await makeCharacter(world, creator, draft);
  const start = async (body: object = {}, path = '/chat/start') =>
    world.client.post(path, { character_id: characterId, opening_id: 'set_1', ...body }, { token: person.token });
  return {
    creator,
    person,
    characterId,
    start,
    newRoom: async () => (await start({}, '/chat/start-new')).body.id as string,
    send: (roomId: string, content: string, more: object = {}, client = world.client) =>
      client.post(
        '/chat/message',
        { character_id: characterId, room_id: roomId, content, ...more },
        { token: person.token },
      ),
    stream: (roomId: string, content: string, more: object = {}, client = world.client) =>
      client.open('POST', '/chat/messages/stream', {
        body: { character_id: characterId, room_id: roomId, content, ...more },
        token: person.token,
      }),
    get: async (path: string) => world.client.get(path, { token: person.token }),
    messages: async (roomId: string) =>
      (await world.client.get(`/chat/rooms/${roomId}/messages?tail=1&limit=200`, { token: person.token })).body,
    meta: async (roomId: string) =>
      (await world.client.get(`/chat/rooms/${roomId}/meta`, { token: person.token })).body,
  };
}
