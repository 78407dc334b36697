import { type Static, t } from 'elysia';
import { maybe } from '../../http/schema.ts';
import * as turns from '../turns/schema.ts';

export const { Room, SendResult, RoomParams, MessageParams, ResumeHeaders } = turns;

const Uuid = t.String({ format: 'uuid' });
const Key = t.String({ minLength: 1, maxLength: 200 });

export const StartBody = t.Object({
  character_id: Uuid,
  opening_id: maybe(t.String({ maxLength: 80 })),
  idempotency_key: maybe(Key),
});

export const KeyHeaders = t.Object({ 'idempotency-key': t.Optional(Key) });

export const SendBody = t.Object({
  character_id: Uuid,
  content: t.String({ maxLength: turns.MAX_CONTENT_CHARS }),
  room_id: maybe(Uuid),
  response_length_override: maybe(t.String({ maxLength: 20 })),
  settings_patch: maybe(t.Any()),
  client_message_kind: maybe(t.String({ maxLength: 32 })),
  idempotency_key: maybe(Key),
});

export const RetryBody = t.Nullable(t.Object({ idempotency_key: maybe(Key) }));

export const ChoicesBody = t.Nullable(
  t.Object({
    n: maybe(t.Number({ minimum: -1_000_000, maximum: 1_000_000 })),
    seed_message_id: maybe(t.String({ maxLength: 80 })),
    seed_hint: maybe(t.String({ maxLength: 2_000 })),
  }),
);

export const NextActionBody = t.Nullable(
  t.Object({
    seed_message_id: maybe(t.String({ maxLength: 80 })),
    seed_hint: maybe(t.String({ maxLength: 200 })),
  }),
);

const Choice = t.Object({
  id: t.String(),
  label: t.String(),
  dialogue: t.Nullable(t.String()),
  narration: t.Nullable(t.String()),
});
export const Choices = t.Object({ choices: t.Array(Choice) });
export const NextAction = t.Object({ narration: t.String() });

const Line = t.Object({
  role: t.Union([t.Literal('user'), t.Literal('assistant')]),
  content: t.String({ maxLength: 4_000 }),
});
/** The wizard's payload; read with tolerance, since it is still being filled in. */
const CharacterData = t.Record(t.String({ maxLength: 100 }), t.Any());
const turnNo = t.Integer({ minimum: 1, maximum: 5_000 });

export const PreviewBody = t.Object({
  character_data: CharacterData,
  user_message: t.String({ minLength: 1, maxLength: 4_000 }),
  history: maybe(t.Array(Line, { maxItems: 200 })),
  response_length_pref: maybe(t.Union([t.Literal('short'), t.Literal('medium'), t.Literal('long')])),
  turn_no_override: maybe(turnNo),
  turn_event_preview_mode: maybe(t.Boolean()),
  turn_event_id_override: maybe(t.String({ maxLength: 80 })),
});

export const Preview = t.Object({
  assistant_message: t.String(),
  meta: t.Object({ history_len: t.Integer(), response_length_pref: t.String() }),
  suggested_image_index: t.Integer(),
});

export const PreviewChoicesBody = t.Object({
  character_data: CharacterData,
  history: maybe(t.Array(Line, { maxItems: 200 })),
  n: maybe(t.Integer({ minimum: 1, maximum: 5 })),
  seed_hint: maybe(t.String({ maxLength: 200 })),
  seed_message_id: maybe(t.String({ maxLength: 80 })),
  turn_no_override: maybe(turnNo),
});

export type StartInput = Static<typeof StartBody>;
export type SendInput = Static<typeof SendBody>;
export type ChoicesView = Static<typeof Choices>;
export type PreviewInput = Static<typeof PreviewBody>;
export type PreviewChoicesInput = Static<typeof PreviewChoicesBody>;
