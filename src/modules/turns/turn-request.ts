import type { StoredState } from '../../db/tables/turns.ts';
import type { Language } from '../../lib/language.ts';
import type { MessageRow } from './message-queries.ts';
import type { RoomAccessRow } from './room-queries.ts';
import type { TurnRow } from './turn-queries.ts';

export type TurnKind = TurnRow['kind'];

/** The user's own message. */
export type Said = { text: string; metadata: Record<string, unknown> | null };

/** What a user asks of a room. The room is guarded already and of the policy's kind. */
export type TurnRequest = {
  room: RoomAccessRow;
  input:
    | {
        kind: 'move';
        turn: TurnKind;
        /** What was asked for; the same key with something else is refused. */
        asked: unknown;
        /** The message that goes with it, by the state at the moment the turn begins. What it throws leaves nothing behind. */
        says?: (state: StoredState) => Said;
        /** Throws when the state does not allow the move; then nothing of it is left either. */
        allow?: (state: StoredState) => void;
      }
    /** The room's last turn is played again, from the state before it. */
    | { kind: 'retry'; of: TurnRow; userMessage: MessageRow | undefined; reply: MessageRow };
  settingsPatch?: unknown;
  length?: string;
  idempotencyKey?: string;
  /** A second request with the key of a turn that runs is told of that turn, instead of being refused. */
  joins?: boolean;
  language: Language;
};

/** Whether a turn has a number. One that goes on with a reply, tells a situation or offers choices has none. */
export function isCounted(kind: TurnKind): boolean {
  return kind === 'turn' || kind === 'event';
}
