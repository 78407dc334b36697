import { type CharacterFacts, EventsAnswer } from '../../../llm/character-tasks.ts';
import { objectWithoutModel } from '../../../llm/fallback.ts';
import { limits, type TurnEvent } from '../start-sets/schema.ts';
import { cleanText, cleanTitle } from './clean.ts';
import { type Desk, draftObject } from './desk.ts';
import type { DraftedOpening } from './opening.ts';
import { buildMessages } from './prompt/build.ts';
import { randomHex } from './random-hex.ts';

export type DraftedEvent = TurnEvent & { about_turn: number };
type Task = 'quick.events' | 'wizard.events';

/** How many events so many turns bear. */
const CAPS = [
  { upToTurns: 50, events: 3 },
  { upToTurns: 100, events: 6 },
  { upToTurns: 200, events: 10 },
  { upToTurns: 300, events: 15 },
] as const;
const MOST_EVENTS = 20;
/** Half of the events come in the first quarter, about a third until seven tenths, the rest before the endings. */
const PARTS = [
  { share: 0.5, until: 0.25 },
  { share: 0.35, until: 0.7 },
] as const;
const LAST_UNTIL = 0.88;
/** The first turns belong to the opening. */
const FIRST_TURN = 2;
/** Narration and speech are shorter than the wizard's limits: ten of them are written in one go. */
const NARRATION_CHARS = 400;
const DIALOGUE_CHARS = 200;
const MAX_TOKENS = 5_000;

/** The turns at which something happens: rising, each once, all of them before the endings. `maxTurns` is 50 at least. */
export function eventTurns(maxTurns: number): number[] {
  const count = CAPS.find(({ upToTurns }) => maxTurns <= upToTurns)?.events ?? MOST_EVENTS;
  const early = Math.ceil(count * PARTS[0].share);
  const middle = Math.min(count - early, Math.round(count * PARTS[1].share));
  const at = (share: number) => Math.floor(maxTurns * share);
  return [
    ...spread(early, FIRST_TURN, at(PARTS[0].until)),
    ...spread(middle, at(PARTS[0].until) + 1, at(PARTS[1].until)),
    ...spread(count - early - middle, at(PARTS[1].until) + 1, at(LAST_UNTIL)),
  ];
}

function spread(count: number, from: number, to: number): number[] {
  const step = (to - from + 1) / count;
  return Array.from({ length: count }, (_, index) => from + Math.floor(step * (index + 0.5)));
}

function eventsCall(desk: Desk, task: Task, facts: CharacterFacts, opening: DraftedOpening, turns: number[]) {
  const { language } = desk;
  const values = {
    opening: opening.intro,
    firstline: opening.firstLine,
    count: turns.length,
    numbers: turns.join(', '),
  };
  return {
    task,
    language,
    maxTokens: MAX_TOKENS,
    facts: { ...facts, opening: opening.intro, firstLine: opening.firstLine, turns },
    messages: buildMessages('events', language, facts, values),
  } as const;
}

/** One event for each turn of `eventTurns`. What the model leaves open is filled. Throws `llm.*` when that is most of it. */
export function writeEvents(
  desk: Desk,
  limitMs: number,
  task: Task,
  facts: CharacterFacts,
  opening: DraftedOpening,
): Promise<DraftedEvent[]> {
  const turns = eventTurns(facts.maxTurns);
  const call = eventsCall(desk, task, facts, opening, turns);
  return draftObject(desk, limitMs, call, EventsAnswer, (answer) => {
    const written = cleanEvents(answer.events).slice(0, turns.length);
    if (written.length * 2 < turns.length) return undefined;
    const titles = new Set(written.map(({ title }) => title));
    const spare = stock(call).filter(({ title }) => !titles.has(title));
    return numbered([...written, ...spare], turns);
  });
}

/** The same without a model. */
export function eventsWithoutModel(
  desk: Desk,
  task: Task,
  facts: CharacterFacts,
  opening: DraftedOpening,
): DraftedEvent[] {
  const turns = eventTurns(facts.maxTurns);
  return numbered(stock(eventsCall(desk, task, facts, opening, turns)), turns);
}

function stock(call: ReturnType<typeof eventsCall>) {
  return cleanEvents(objectWithoutModel(call, EventsAnswer).events);
}

function numbered(events: Omit<DraftedEvent, 'id' | 'about_turn'>[], turns: number[]): DraftedEvent[] {
  return events.slice(0, turns.length).map((event, index) => ({
    id: `ev_${randomHex()}`,
    about_turn: turns[index] ?? 0,
    ...event,
  }));
}

type Answered = { title: string; summary: string; required_narration: string; required_dialogue: string };

function cleanEvents(answered: Answered[]): Omit<DraftedEvent, 'id' | 'about_turn'>[] {
  return answered
    .map((event) => ({
      title: cleanTitle(event.title, limits.eventTitle),
      summary: cleanText(event.summary, limits.eventSummary),
      required_narration: cleanText(event.required_narration, NARRATION_CHARS),
      required_dialogue: cleanText(event.required_dialogue, DIALOGUE_CHARS),
    }))
    .filter(({ title, summary }) => title !== '' && summary !== '');
}
