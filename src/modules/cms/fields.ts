import { type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { safePrefix } from '../../lib/text.ts';
import { isAllowedAddress, secured } from './addresses.ts';
import { readInstant } from './instants.ts';
import { type Rule, whatIsWrong } from './judge.ts';
import { plainText } from './plain-text.ts';

/** One property of an item of a document. */
export type Field<T> = {
  schema: TSchema;
  fallback: T;
  /** Names it had in older documents, beside its own in snake_case. */
  names: string[];
  /** Resolves spellings; what it cannot resolve it leaves as it is. */
  tidy(given: unknown): unknown;
  /** What is wrong with a tidied value. */
  fault(value: unknown, ownOrigins: readonly string[]): Rule | undefined;
  /** The nearest value that is right. */
  mend(value: unknown, ownOrigins: readonly string[]): T;
};

export type Fields = Record<string, Field<unknown>>;
export type ItemOf<F extends Record<string, { fallback: unknown }>> = { [K in keyof F]: F[K]['fallback'] };

type Parts<T> = { schema: TSchema; fallback: T; names?: string[]; tidy?: Field<T>['tidy'] } & Partial<
  Pick<Field<T>, 'fault' | 'mend'>
>;

function field<T>({ schema, fallback, names = [], tidy = (given) => given, fault, mend }: Parts<T>): Field<T> {
  const compiled = Compile(schema);
  return {
    schema,
    fallback,
    names,
    tidy,
    fault: (value, ownOrigins) => (compiled.Check(value) ? fault?.(value, ownOrigins) : whatIsWrong(schema)),
    mend: mend ?? (() => fallback),
  };
}

const asText = (given: unknown) => (typeof given === 'number' ? String(given) : given);

/** A text without markup; a blank one is the fallback. */
export function text(maxLength: number, fallback: string, names?: string[]): Field<string> {
  return field({
    schema: Type.String({ maxLength }),
    fallback,
    names,
    tidy: (given) => {
      const value = asText(given);
      return typeof value === 'string' ? plainText(value) || fallback : value;
    },
    mend: (value) => (typeof value === 'string' ? safePrefix(value, maxLength).trim() || fallback : fallback),
  });
}

/** Where a picture or a link is: https, a path of this site, or nothing. */
export function address(names?: string[]): Field<string> {
  return field({
    schema: Type.String({ maxLength: 2_000 }),
    fallback: '',
    names,
    tidy: (given) => (typeof given === 'string' ? given.trim() : given),
    fault: (value, ownOrigins) =>
      isAllowedAddress(String(value), ownOrigins)
        ? undefined
        : { detail: 'must be an https address or a path that begins with one /' },
    mend: (value, ownOrigins) => {
      const better = typeof value === 'string' ? secured(value, ownOrigins) : '';
      return better.length <= 2_000 && isAllowedAddress(better, ownOrigins) ? better : '';
    },
  });
}

const flags: Record<string, boolean> = {
  ...{ true: true, '1': true, yes: true, on: true },
  ...{ false: false, '0': false, no: false, off: false },
};

/** A switch, also as people and older forms spell it. Undefined: no switch at all. */
export function flagOf(given: unknown): boolean | undefined {
  if (typeof given === 'boolean') return given;
  if (typeof given !== 'string' && typeof given !== 'number') return undefined;
  const word = String(given).trim().toLowerCase();
  return Object.hasOwn(flags, word) ? flags[word] : undefined;
}

export function flag(fallback: boolean, names?: string[]): Field<boolean> {
  return field({ schema: Type.Boolean(), fallback, names, tidy: (given) => flagOf(given) ?? given });
}

export function integer(minimum: number, maximum: number, fallback: number, names?: string[]): Field<number> {
  return field({
    schema: Type.Integer({ minimum, maximum }),
    fallback,
    names,
    tidy: (given) => (typeof given === 'string' && /^ *-?\d{1,6} *$/.test(given) ? Number(given) : given),
    mend: (value) =>
      typeof value === 'number' && Number.isFinite(value)
        ? Math.min(Math.max(Math.round(value), minimum), maximum)
        : fallback,
  });
}

/** One of some words, or the fallback; `otherwise` is taken for words that are none of them. */
export function choice<W extends string, N extends W | null>(
  words: readonly W[],
  fallback: N,
  { synonyms = {}, otherwise }: { synonyms?: Record<string, W>; otherwise?: W } = {},
  names?: string[],
): Field<W | N> {
  const literals = Type.Union(words.map((word) => Type.Literal(word)));
  return field<W | N>({
    schema: fallback === null ? Type.Union([literals, Type.Null()]) : literals,
    fallback,
    names,
    tidy: (given) => {
      if (typeof given !== 'string') return otherwise ?? given;
      const word = given.trim().toLowerCase();
      if (word === '') return fallback;
      if ((words as readonly string[]).includes(word)) return word;
      return Object.hasOwn(synonyms, word) ? synonyms[word] : (otherwise ?? word);
    },
  });
}

/** An instant in UTC, or none. A day alone begins or ends there. */
export function instant(edge: 'start' | 'end'): Field<string | null> {
  return field<string | null>({
    schema: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
    fallback: null,
    tidy: (given) => (given === '' ? null : (readInstant(given, edge) ?? given)),
  });
}

/** Set by the server; whatever else was sent is none. */
export function stamp(): Field<string | null> {
  return field<string | null>({
    schema: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
    fallback: null,
    tidy: (given) => readInstant(given, 'start') ?? null,
  });
}
