import type { Random } from './random.ts';
import type { User } from './users.ts';

/** An answered turn as its client saw it. */
export type Answer = { key: string; roomId: string; messageId: string; content: string };

export type Talk = {
  answers: Answer[];
  /** Answers that no client should ever see. */
  strange: string[];
  /** Requests whose outcome stayed unknown to the end. */
  unknown: number;
  repeats: number;
  busy: number;
};

type Options = { apis: readonly string[]; random: Random; characterId: string };

/** A reader leaves after this long, as a page does whose network is gone. */
const PATIENCE_MS = 6_000;
/** An unknown outcome is asked for again with the same key, as a careful client does; a room is free again within 30 s. */
const TRIES = 160;
const PAUSE_MS = 250;

/** Has users talk, one room each, until `stop` is called; each sends its next message when the last has an outcome. */
export function startTalking(users: User[], { apis, random, characterId }: Options) {
  const talk: Talk = { answers: [], strange: [], unknown: 0, repeats: 0, busy: 0 };
  let going = true;
  const call = async (user: User, path: string, body: object) => {
    const response = await fetch(random.pick(apis) + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${user.token}` },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return { status: response.status, body: (await response.json()) as Record<string, never> };
  };
  const careful = async (user: User, path: string, body: object) => {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const answer = await call(user, path, body).catch(() => undefined);
      if (answer && answer.status < 500 && answer.status !== 409) return answer;
      if (answer?.status === 409) talk.busy += 1;
      talk.repeats += 1;
      await Bun.sleep(PAUSE_MS);
    }
    talk.unknown += 1;
    return undefined;
  };
  const run = async (user: User, index: number) => {
    const room = await careful(user, '/chat/start-new', {
      character_id: characterId,
      idempotency_key: `room-${user.id}`,
    });
    const roomId = (room?.body as { id?: string } | undefined)?.id;
    if (room?.status !== 201 || roomId === undefined) return void talk.strange.push(`start: ${room?.status}`);
    for (let n = 0; going; n += 1) {
      const key = `say-${index}-${n}`;
      const sent = {
        character_id: characterId,
        room_id: roomId,
        content: `Message ${n} of ${index}`,
        idempotency_key: key,
      };
      const answer = await careful(user, '/chat/message', sent);
      if (!answer) continue;
      const reply = (answer.body as { ai_message?: { id: string; content: string } }).ai_message;
      if (answer.status !== 200 || !reply)
        talk.strange.push(`${answer.status} ${JSON.stringify(answer.body).slice(0, 200)}`);
      else talk.answers.push({ key, roomId, messageId: reply.id, content: reply.content });
    }
  };
  const done = Promise.all(users.map(run));
  return {
    talk,
    async stop() {
      going = false;
      await done;
    },
  };
}
