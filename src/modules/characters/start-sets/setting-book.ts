import { assignIds, idOf } from './ids.ts';
import { limits, type Memo, type StartSets } from './schema.ts';
import { unknownKeys } from './unknown.ts';
import { entriesOf, firstOf, listOf, objectOf, plainText, textOf, type Walk } from './values.ts';

const BOOK_KEYS = ['selectedId', 'selected_id', 'items'];
const MEMO_KEYS = ['id', 'detail', 'info', 'triggers', 'keywords', 'targets'];

/** The notes about the world that chat brings up when their triggers fall; undefined where there is no such book. */
export function settingBook(value: unknown, pointer: string, walk: Walk): StartSets['setting_book'] {
  const list = listOf(value);
  const source = list.length > 0 ? { items: list } : objectOf(value);
  if (!source) return undefined;
  const entries = entriesOf(source.items, limits.memos, `${pointer}/items`, walk);
  const ids = assignIds(
    entries.map((entry) => entry.source.id),
    'memo',
  );
  const items = entries.map((entry, index) => memo(entry.source, ids[index] ?? '', entry.pointer, walk));
  const selected = idOf(firstOf(source, 'selectedId', 'selected_id'));
  return {
    selectedId: ids.includes(selected) ? selected : (ids[0] ?? ''),
    items,
    ...unknownKeys(source, BOOK_KEYS, pointer, walk),
  };
}

function memo(source: Record<string, unknown>, id: string, pointer: string, walk: Walk): Memo {
  const own = plainText(source.detail);
  const detail = textOf(own === '' ? source.info : own, limits.memoDetail, `${pointer}/detail`, walk);
  const given = words(source.triggers, limits.triggers, limits.trigger, `${pointer}/triggers`, walk);
  const triggers =
    given.length > 0 ? given : words(source.keywords, limits.triggers, limits.trigger, `${pointer}/keywords`, walk);
  const targets = words(source.targets, limits.targets, limits.id, `${pointer}/targets`, walk);
  return {
    id,
    detail,
    triggers,
    targets: targets.length > 0 ? targets : ['all'],
    info: detail,
    keywords: [...triggers],
    ...unknownKeys(source, MEMO_KEYS, pointer, walk),
  };
}

/** Short texts without blanks and repetitions; a text with commas is a list, too. */
function words(value: unknown, max: number, maxLength: number, pointer: string, walk: Walk): string[] {
  const list = listOf(value);
  const parts = list.length > 0 ? list : typeof value === 'string' && !/^\s*[[{"]/.test(value) ? value.split(',') : [];
  const found = parts.map((part, index) =>
    textOf(plainText(part).trim(), maxLength, `${pointer}/${index}`, walk).trimEnd(),
  );
  const unique = [...new Set(found.filter((word) => word !== ''))];
  if (unique.length > max) walk.excesses.push({ pointer, max, unit: 'entries' });
  return unique.slice(0, max);
}
