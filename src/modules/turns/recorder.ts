import type { Ctx } from '../../context.ts';
import { isRedisDown } from '../../redis/client.ts';
import { keys, ttlSeconds } from '../../redis/keys.ts';
import { appendEvents, formatPosition, OUTSIDE_END_SEQUENCE } from '../../redis/stream.ts';
import { createTeller } from '../../redis/teller.ts';
import { beat } from './turn-queries.ts';

/** How often a running turn shows that it lives, writes its text down and asks whether it shall stop. */
const BEAT_MS = 1_000;

export type TurnRecorder = {
  /** What is shown by now. */
  readonly shown: string;
  readonly eventCount: number;
  /** From the recorder's making to the first text; undefined while there is none. */
  readonly firstTextMs: number | undefined;
  write(text: string): void;
  /** Tells what happens beside the text. */
  tell(event: string, data: unknown): void;
  /** Tells the terminal event, after the row has it. */
  tellEnd(event: 'final' | 'error', data: unknown): Promise<void>;
  /** Waits until everything written was told and the last beat is over. */
  settle(): Promise<void>;
  close(): void;
};

/** Keeps what a turn tells: as events for readers, and every second as text in its row. */
export function recordTurn(
  ctx: Ctx,
  turnId: string,
  { onEnded, onStop }: { onEnded: () => void; onStop: () => void },
): TurnRecorder {
  const teller = createTeller(
    { redis: ctx.redis.commands, log: ctx.log },
    { key: keys.turnEvents(turnId), ttlSeconds: ttlSeconds.turnEvents, deltaEvent: 'delta', onEnded },
  );
  const madeAt = performance.now();
  let firstTextMs: number | undefined;
  let beating = Promise.resolve();
  const timer = setInterval(() => {
    beating = teller
      .flush()
      .then(() =>
        beat(ctx.db.pool, turnId, {
          text: teller.content,
          eventCount: teller.sequence,
          heartbeatAt: ctx.clock.now(),
        }),
      )
      .then((row) => {
        if (!row) onEnded();
        else if (row.stopRequested) onStop();
      })
      .catch((error: unknown) => ctx.log.warn('turn not saved', { turn_id: turnId, error }));
  }, BEAT_MS);
  return {
    get shown() {
      return teller.content + teller.pending;
    },
    get eventCount() {
      return teller.sequence;
    },
    get firstTextMs() {
      return firstTextMs;
    },
    write(text) {
      if (text !== '') firstTextMs ??= performance.now() - madeAt;
      teller.text(text);
    },
    tell: (event, data) => teller.event(event, data),
    async tellEnd(event, data) {
      teller.event(event, data);
      await teller.flush(true);
    },
    async settle() {
      clearInterval(timer);
      await teller.flush();
      await beating;
    },
    close() {
      clearInterval(timer);
      teller.close();
    },
  };
}

/** Tells readers of an end that came from outside. Without Redis they find it in the row. */
export async function announceTurnEnd(ctx: Ctx, turn: { id: string; text: string }, data: unknown): Promise<void> {
  const id = formatPosition({ sequence: OUTSIDE_END_SEQUENCE, offset: turn.text.length });
  const event = { id, event: 'error', data: JSON.stringify(data) };
  try {
    await appendEvents(ctx.redis.commands, keys.turnEvents(turn.id), ttlSeconds.turnEvents, [event], true);
  } catch (error) {
    if (!isRedisDown(error)) throw error;
  }
}
