import type { StoredState } from '../../../db/tables/turns.ts';
import type { Memo } from './document.ts';
import { type EndingReason, endingText, findEnding } from './endings.ts';
import { chooseMemos } from './memos.ts';
import { type Pacing, pace } from './pacing.ts';
import { type Names, renderNames } from './render.ts';
import { isTold, type RequiredLines } from './required.ts';
import type { Script } from './script.ts';
import { applyDelta, baseStats, currentStats, type Stats } from './stats.ts';

/** The state a room begins with. */
export function initialState(script: Script): StoredState {
  return {
    stats: baseStats(script.stats),
    lastDelta: {},
    lastDeltaTurn: null,
    firedEvents: [],
    appliedMemos: [],
    waitingMemos: [],
    ending: null,
    pendingChoices: [],
  };
}

/** A turn event as it enters a prompt and a reply: names filled in. */
export type PlannedEvent = RequiredLines & { id: string; title: string; summary: string };

/** What a turn is going to tell, decided before the model is asked. */
export type TurnPlan = {
  turnNo: number;
  userText: string;
  event: PlannedEvent | undefined;
  memos: readonly Memo[];
  standingMemos: readonly Memo[];
  calledMemos: readonly string[];
  stats: Stats;
  pacing: Pacing | undefined;
  waitingMemos: readonly string[];
};

/**
 * Plans turn number `turnNo`. An event comes once, at the first turn that is not before its own; one a turn, the others
 * wait. Pure.
 */
export function planTurn(
  script: Script,
  state: StoredState,
  { turnNo, userText, names }: { turnNo: number; userText: string; names: Names },
): TurnPlan {
  const due = script.events.find(({ id, about_turn }) => about_turn <= turnNo && !state.firedEvents.includes(id));
  const { told, standing, called, waiting } = chooseMemos(
    script.memos,
    { applied: state.appliedMemos, waiting: state.waitingMemos },
    userText,
    due !== undefined,
  );
  return {
    turnNo,
    userText,
    event: due && {
      id: due.id,
      title: renderNames(due.title, names),
      summary: renderNames(due.summary, names),
      narration: renderNames(due.required_narration, names).trim(),
      dialogue: renderNames(due.required_dialogue, names).trim(),
    },
    memos: told,
    standingMemos: standing,
    calledMemos: called,
    stats: currentStats(script.stats, state.stats),
    pacing: pace(script, turnNo, due ? [...state.firedEvents, due.id] : state.firedEvents),
    waitingMemos: waiting,
  };
}

export type SettledTurn = {
  state: StoredState;
  ending: { id: string; title: string; content: string; reason: EndingReason } | undefined;
};

/**
 * The state after a turn, from the state before it, its plan and what the model said. `reply` is the text as it is
 * shown, `blocks` what it hid. An event whose lines a stopped reply does not tell stays to come. Pure: played again from
 * the same state with the same reply, a turn ends in the same state.
 */
export function settleTurn(
  script: Script,
  before: StoredState,
  plan: TurnPlan,
  said: { reply: string; blocks: readonly string[]; stopped: boolean; names: Names; language: 'ko' | 'en' },
): SettledTurn {
  const { turnNo, event, memos, calledMemos, userText } = plan;
  const { stats, delta } = applyDelta(script.stats, plan.stats, said.blocks);
  const changed = Object.keys(delta).length > 0;
  const fired = event !== undefined && (!said.stopped || isTold(event, said.reply));
  const found = before.ending
    ? undefined
    : findEnding(script, { turnNo, stats, userText, reply: said.reply, calledMemos });
  return {
    state: {
      stats,
      lastDelta: changed ? delta : before.lastDelta,
      lastDeltaTurn: changed ? turnNo : before.lastDeltaTurn,
      firedEvents: fired ? [...before.firedEvents, event.id] : before.firedEvents,
      appliedMemos: [...before.appliedMemos, ...memos.map(({ id }) => id)],
      waitingMemos: [...plan.waitingMemos],
      ending: found ? { id: found.ending.id, turnNo, reason: found.reason } : before.ending,
      pendingChoices: [],
    },
    ending: found && {
      id: found.ending.id,
      title: found.ending.title,
      content: endingText(found.ending, said.names, said.language),
      reason: found.reason,
    },
  };
}
