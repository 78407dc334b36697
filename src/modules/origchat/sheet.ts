import type { StoredSnapshot } from '../../db/tables/turns.ts';

/**
 * A character as a story room pins it: without the script of character chat (events, stats, endings). With `spoils` it
 * was drawn from chapters that the reader does not know; then only how it is and how it speaks is left, and of that
 * nothing that is quoted. Pure.
 */
export function sheetForStory(snapshot: StoredSnapshot, { spoils }: { spoils: boolean }): StoredSnapshot {
  const character = { ...snapshot.character, startSets: null };
  if (!spoils) return { ...snapshot, character };
  const { personality, speechStyle } = character;
  return {
    ...snapshot,
    exampleDialogues: [],
    character: {
      ...character,
      description: null,
      greeting: null,
      worldSetting: null,
      introductionScenes: [],
      personality: unquoted(personality),
      speechStyle: unquoted(speechStyle),
    },
  };
}

const QUOTE = /["“”„«»「」『』]/;

/** Only the sentences that quote nothing; a quotation may run over several of them. */
function unquoted(text: string | null): string | null {
  if (text === null) return null;
  const bare = text.replace(/“[^”]*”|「[^」]*」|『[^』]*』|«[^»]*»|"[^"]*"/g, (quote) =>
    /[.!?。…]["”」』»]$/.test(quote) ? '".' : '"',
  );
  const kept = bare.split(/(?<=[.!?。])\s+|\n+/).filter((sentence) => !QUOTE.test(sentence));
  return kept.join(' ').trim() || null;
}
