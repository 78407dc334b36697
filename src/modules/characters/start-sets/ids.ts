import { limits } from './schema.ts';
import { cut, plainText } from './values.ts';

/** An id as it is stored and compared. */
export function idOf(value: unknown): string {
  return cut(plainText(value).trim(), limits.id).trimEnd();
}

/** One id for each entry of a list: its own where that is the first of its kind, else a made one that nobody has. */
export function assignIds(given: unknown[], prefix: string): string[] {
  const own = given.map(idOf);
  const taken = new Set(own.filter((id) => id !== ''));
  const seen = new Set<string>();
  return own.map((id, index) => {
    if (id !== '' && !seen.has(id)) {
      seen.add(id);
      return id;
    }
    const stem = id === '' ? prefix : cut(id, limits.id - 8).trimEnd();
    let number = id === '' ? index + 1 : 2;
    while (taken.has(`${stem}_${number}`)) number += 1;
    taken.add(`${stem}_${number}`);
    return `${stem}_${number}`;
  });
}
