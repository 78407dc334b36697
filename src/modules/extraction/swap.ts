import type { Ctx } from '../../context.ts';
import { type Tx, withTx } from '../../db/tx.ts';
import { newId } from '../../lib/ids.ts';
import { groupNames } from '../../lib/person-names.ts';
import { safePrefix } from '../../lib/text.ts';
import { insertCharacter } from '../characters/create.ts';
import { derivedCharacters, fillCharacter, holdCharacters, removeCharacters } from '../characters/derived.ts';
import type { CharacterDraft } from '../characters/draft.ts';
import { setOrigchat } from '../stories/chapter-facts.ts';
import { forgetRooms } from '../turns/rooms.ts';
import type { Person } from './cast.ts';
import type { StoryToSearch } from './find-persons.ts';
import { deleteGrid, findGrid, type GridRow, insertGrid, type NewGridRow } from './grid-queries.ts';
import { endRun, type Fence, type JobRow } from './job-queries.ts';

export type DrawnPerson = Person & { portrait: Partial<CharacterDraft> };

/** Where friendship with a person of a story begins anew, in points of affinity. */
const AFFINITY_STAGES = {
  en: ['A stranger from the pages', 'An acquaintance', 'A companion'],
  ko: ['책 속의 낯선 사람', '아는 사이', '마음을 나누는 사이'],
} as const;
const AFFINITY_FROM = [0, 40, 70] as const;
const DESCRIPTION_CHARS = 100;

/** Which persons were in the grid before, by their names: each keeps its row and its character. */
export function personsKept<P extends Person>(persons: readonly P[], grid: readonly GridRow[]): Map<P, GridRow> {
  // The new names weigh more: an old one never joins two of them.
  const forms = [
    ...persons.map(({ name, aliases }) => ({ name, aliases, weight: 2 })),
    ...grid.map(({ name, aliases }) => ({ name, aliases, weight: 1 })),
  ];
  const kept = new Map<P, GridRow>();
  for (const { members } of groupNames(forms)) {
    const person = persons[members.find((index) => index < persons.length) ?? -1];
    const rows = members.filter((index) => index >= persons.length).map((index) => grid[index - persons.length]);
    const row = rows.find((one) => one?.characterId) ?? rows[0];
    if (person && row?.characterId) kept.set(person, row);
  }
  return kept;
}

/**
 * Puts a search's persons in the place of the ones before, in one transaction: the job ends, the old grid goes with the
 * characters that were not found again, the new one comes. Undefined when the job is no longer this run's: then nothing
 * has changed. Throws `story.not_found` for a story that was deleted.
 */
export async function swapGrid(
  ctx: Ctx,
  story: StoryToSearch,
  persons: readonly DrawnPerson[],
  fence: Fence,
): Promise<JobRow | undefined> {
  const now = ctx.clock.now();
  const notOurs = new Error('the job is not ours any more');
  try {
    const { job, rooms } = await withTx(ctx.db, async (tx) => {
      // First the story is held: whoever else changes its grid, or deletes it, comes before or after.
      await setOrigchat(tx, story.id, true);
      const ended = await endRun(tx, fence, { status: 'done', endedAt: now, created: persons.length });
      if (!ended) throw notOurs;
      return { job: ended, rooms: await replaceGrid(tx, story, persons, now) };
    });
    await forgetRooms(ctx, rooms);
    return job;
  } catch (error) {
    if (error === notOurs) return undefined;
    throw error;
  }
}

async function replaceGrid(
  tx: Tx,
  story: StoryToSearch,
  persons: readonly DrawnPerson[],
  now: Date,
): Promise<string[]> {
  const kept = personsKept(persons, await findGrid(tx, story.id));
  const held = new Set(
    await holdCharacters(
      tx,
      [...kept.values()].flatMap(({ characterId }) => characterId ?? []),
    ),
  );
  for (const [person, row] of kept) if (!row.characterId || !held.has(row.characterId)) kept.delete(person);
  const rooms = await removeCharacters(tx, await derivedCharacters(tx, story.id, { keep: [...held] }));
  await deleteGrid(tx, story.id);
  const rows: NewGridRow[] = [];
  for (const [orderIndex, person] of persons.entries()) {
    const before = kept.get(person);
    const characterId = before?.characterId ?? (await makeCharacter(tx, story, person, now));
    if (before && person.portrait.personality) await fillCharacter(tx, characterId, person.portrait, now);
    rows.push({
      id: before?.id ?? newId(),
      storyId: story.id,
      name: person.name,
      aliases: person.aliases,
      description: safePrefix(person.description, DESCRIPTION_CHARS) || null,
      initial: initialOf(person.name),
      avatarUrl: before?.avatarUrl ?? null,
      characterId,
      orderIndex,
      createdAt: before?.createdAt ?? now,
      updatedAt: now,
    });
  }
  await insertGrid(tx, rows);
  return rooms;
}

/** The character of a person that is new in its story. */
export function makeCharacter(
  tx: Tx,
  story: Pick<StoryToSearch, 'id' | 'creatorId'>,
  { name, description, portrait }: Pick<DrawnPerson, 'name' | 'description' | 'portrait'>,
  now: Date,
): Promise<string> {
  const words = AFFINITY_STAGES[portrait.baseLanguage === 'en' ? 'en' : 'ko'];
  const draft: CharacterDraft = {
    ...portrait,
    name,
    description: safePrefix(description, DESCRIPTION_CHARS),
    characterType: 'roleplay',
    sourceType: 'IMPORTED',
    originStoryId: story.id,
    isPublic: true,
    hasAffinitySystem: true,
    affinityStages: AFFINITY_FROM.map((min, index) => ({
      min_value: min,
      max_value: (AFFINITY_FROM[index + 1] ?? 101) - 1,
      description: words[index] ?? '',
    })),
  };
  return insertCharacter(tx, { creatorId: story.creatorId, now, draft });
}

function initialOf(name: string): string {
  return ([...name][0] ?? '').toUpperCase();
}
