import type { Script } from './script.ts';

/** Where in its story a turn stands. */
export type Pacing = {
  turnNo: number;
  maxTurns: number | null;
  stage: 'beginning' | 'middle' | 'late' | 'close' | null;
  /** Three turns or fewer are left. */
  urgent: boolean;
  nextEvent: { turn: number; summary: string } | null;
  nextEndingTurn: number | null;
};

const URGENT_TURNS = 3;

/** None for custom characters: their creators pace them. */
export function pace(script: Script, turnNo: number, fired: readonly string[]): Pacing | undefined {
  if (script.type === 'custom') return undefined;
  const { maxTurns } = script;
  const next = script.events.find(({ id, about_turn }) => about_turn > turnNo && !fired.includes(id));
  const endings = script.endings.flatMap(({ atTurn }) => (atTurn !== undefined && atTurn >= turnNo ? [atTurn] : []));
  return {
    turnNo,
    maxTurns,
    stage: maxTurns === null ? null : stageOf(turnNo / maxTurns),
    urgent: maxTurns !== null && maxTurns - turnNo <= URGENT_TURNS,
    nextEvent: next ? { turn: next.about_turn, summary: next.summary || next.title } : null,
    nextEndingTurn: endings.length > 0 ? Math.min(...endings) : null,
  };
}

function stageOf(ratio: number): Pacing['stage'] {
  if (ratio < 0.35) return 'beginning';
  if (ratio < 0.75) return 'middle';
  return ratio < 0.9 ? 'late' : 'close';
}
