type Item = Record<string, unknown> & { id: string };

/** Set by each write: no difference between two documents. */
const TIMES = new Set(['createdAt', 'updatedAt']);
const MAX_VALUE_CHARS = 80;

/** What a person would say has changed from one document to another, a line each; none when they are the same. */
export function differences(before: unknown, after: unknown, path = ''): string[] {
  if (Array.isArray(before) && Array.isArray(after) && [...before, ...after].every(isItem))
    return itemDifferences(before as Item[], after as Item[], path);
  if (isObject(before) && isObject(after))
    return Object.keys({ ...before, ...after })
      .filter((name) => !TIMES.has(name))
      .flatMap((name) => differences(before[name], after[name], path === '' ? name : `${path}.${name}`));
  return Bun.deepEquals(before, after) ? [] : [`~ ${path}: ${brief(before)} → ${brief(after)}`];
}

/** Items are the same by their ids, wherever they stand. */
function itemDifferences(before: Item[], after: Item[], path: string): string[] {
  const old = new Map(before.map((item) => [item.id, item]));
  const now = new Set(after.map(({ id }) => id));
  const gone = before
    .filter(({ id }) => !now.has(id))
    .map((item) => `- ${path}[${item.id}] ${titleOf(item)}`.trimEnd());
  const rest = after.flatMap((item) => {
    const was = old.get(item.id);
    return was ? differences(was, item, `${path}[${item.id}]`) : [`+ ${path}[${item.id}] ${titleOf(item)}`.trimEnd()];
  });
  const stayed = (items: Item[]) => items.map(({ id }) => id).filter((id) => old.has(id) && now.has(id));
  const moved = !Bun.deepEquals(stayed(before), stayed(after));
  return [...gone, ...rest, ...(moved ? [`~ another order${path && ` of ${path}`}: ${stayed(after).join(', ')}`] : [])];
}

function titleOf({ title, type }: Item): string {
  const named = title ?? type;
  return typeof named === 'string' && named !== '' ? brief(named) : '';
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= MAX_VALUE_CHARS ? text : `${text.slice(0, MAX_VALUE_CHARS)}…`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isItem(value: unknown): value is Item {
  return isObject(value) && typeof value.id === 'string';
}
