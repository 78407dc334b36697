import { type Static, t } from 'elysia';
import { maybe } from '../../http/schema.ts';
import * as turns from '../turns/schema.ts';

export const { Room } = turns;

const Key = t.String({ minLength: 1, maxLength: 200 });
export const KeyHeaders = t.Object({ 'idempotency-key': t.Optional(Key) });

/** Read with tolerance by `input.ts`: clients send it untyped, with nulls for what they leave out. */
export const StartBody = t.Nullable(t.Record(t.String({ maxLength: 100 }), t.Any()));

export const TurnBody = t.Nullable(
  t.Object({
    room_id: maybe(t.String({ maxLength: 100 })),
    user_text: maybe(t.String({ maxLength: turns.MAX_CONTENT_CHARS })),
    choice_id: maybe(t.String({ maxLength: 200 })),
    situation_text: maybe(t.String({ maxLength: 2_000 })),
    trigger: maybe(t.String({ maxLength: 40 })),
    idempotency_key: maybe(t.String({ maxLength: 200 })),
    settings_patch: maybe(t.Any()),
  }),
);

/** `assistant` is the reply by the name that an older client looks for. */
export const TurnResult = t.Composite([turns.SendResult, t.Object({ assistant: turns.Message })]);

export type StartInput = Static<typeof StartBody>;
export type TurnInput = Static<typeof TurnBody>;
export type { RoomView, SendResultView } from '../turns/schema.ts';
