import type { ValidationError } from 'elysia';
import { type AppError, type FieldError, fail } from '../lib/errors.ts';
import type { Language } from '../lib/language.ts';

/** What a validator tells of one bad value. Of the value only its absence is read: it may be a password. */
type Issue = {
  path?: string | (string | number)[];
  message?: string;
  schema?: Record<string, unknown>;
  value?: unknown;
  /** Of a union: the issues of each of its members. */
  errors?: Iterable<Issue>[];
};

const MAX_ISSUES = 20;

/** A refused request as a 422 that names the fields, without what was sent. `url`: where it went to. */
export function validationProblem(error: ValidationError, url: string, language: Language): AppError {
  const part = partOf(error, url);
  const fields = issuesOf(error)
    .slice(0, MAX_ISSUES)
    .map((issue): FieldError => ({ pointer: `${part}${pointer(issue.path)}`, ...describe(issue, language) }));
  const first = fields[0] ?? { pointer: part, detail: '' };
  const problem = `${first.pointer.split('/').slice(1).join('.')} ${first.detail}`.trim();
  return fail('http.invalid', { params: { problem }, fields });
}

/** Elysia judges the numbers of an address one by one and forgets their names: the value leads back to the name. */
function partOf({ type, value }: ValidationError, url: string): string {
  if (type === 'body') return '';
  if (type !== 'property') return `/${type}`;
  const named = [...new URL(url).searchParams].find(([name, text]) => /^\w+$/.test(name) && Number(text) === value);
  return named ? `/query/${named[0]}` : '/params';
}

function issuesOf(error: ValidationError): Issue[] {
  try {
    return (error.all as Issue[]).flatMap(inside);
  } catch {
    return [];
  }
}

/** What is wrong with a value that may also be null, is what is wrong with it as a value. */
function inside(issue: Issue): Issue[] {
  const members = issue.schema?.anyOf;
  if (!Array.isArray(members) || members.length !== 2 || members[1]?.type !== 'null') return [issue];
  const found = [...(issue.errors?.[0] ?? [])].flatMap(inside);
  return found.length > 0 ? found : [issue];
}

function pointer(path: Issue['path']): string {
  if (path === undefined) return '';
  return typeof path === 'string' ? path : path.map((part) => `/${part}`).join('');
}

const sentences = {
  minLength: { en: 'must have at least {n} characters', ko: '{n}자 이상이어야 합니다' },
  maxLength: { en: 'must have at most {n} characters', ko: '{n}자 이하여야 합니다' },
  minimum: { en: 'must be at least {n}', ko: '{n} 이상이어야 합니다' },
  maximum: { en: 'must be at most {n}', ko: '{n} 이하여야 합니다' },
  minItems: { en: 'must have at least {n} entries', ko: '{n}개 이상이어야 합니다' },
  maxItems: { en: 'must have at most {n} entries', ko: '{n}개 이하여야 합니다' },
} as const;

const kinds: Record<string, Record<Language, string>> = {
  email: { en: 'must be an e-mail address', ko: '올바른 이메일 주소여야 합니다' },
  uuid: { en: 'must be a UUID', ko: 'UUID 형식이어야 합니다' },
  missing: { en: 'is required', ko: '필수 항목입니다' },
  choice: { en: 'must be one of: {n}', ko: '다음 중 하나여야 합니다: {n}' },
  other: { en: 'has the wrong form', ko: '형식이 올바르지 않습니다' },
  string: { en: 'must be a text', ko: '문자열이어야 합니다' },
  number: { en: 'must be a number', ko: '숫자여야 합니다' },
  integer: { en: 'must be a whole number', ko: '정수여야 합니다' },
  boolean: { en: 'must be true or false', ko: 'true 또는 false여야 합니다' },
  array: { en: 'must be a list', ko: '목록이어야 합니다' },
  object: { en: 'must be an object', ko: '객체여야 합니다' },
};

/** Says what a value must be, from its schema and the validator's word for the breach. */
function describe(issue: Issue, language: Language): Omit<FieldError, 'pointer'> {
  const schema = issue.schema ?? {};
  const message = issue.message ?? '';
  const say = (kind: string, n: unknown = '') => ({
    detail: (kinds[kind] ?? kinds.other)?.[language].replace('{n}', String(n)) ?? '',
  });
  if (/required/i.test(message) || ('value' in issue && issue.value === undefined))
    return { ...say('missing'), rule: 'missing' };
  for (const [rule, words] of [
    ['minLength', /length (greater|.*fewer)|characters/i],
    ['maxLength', /length (less)/i],
    ['minimum', /greater or equal|>=/i],
    ['maximum', /less or equal|<=/i],
    ['minItems', /array length .*greater/i],
    ['maxItems', /array length .*less/i],
  ] as const) {
    const limit = schema[rule];
    if (typeof limit === 'number' && words.test(message))
      return { detail: sentences[rule][language].replace('{n}', String(limit)), rule, limit };
  }
  const choices = choicesOf(schema);
  if (choices.length > 0) return say('choice', choices.join(', '));
  if (typeof schema.format === 'string' && /format/i.test(message))
    return say(schema.format in kinds ? schema.format : 'other');
  return say(typeof schema.type === 'string' ? schema.type : 'other');
}

function choicesOf(schema: Record<string, unknown>): unknown[] {
  if (!Array.isArray(schema.anyOf)) return [];
  const values = schema.anyOf.map((option: Record<string, unknown>) => option.const);
  return values.includes(undefined) ? [] : values;
}

/** These requests come from the one page that reads a list of fields out of `detail` (`loc`, `type`, `ctx`). */
const LISTED = /^\/characters\/advanced(\/|$)/;

/** Whether a refused request is answered with its fields as a list in `detail`. */
export function wantsFieldList(method: string, path: string): boolean {
  return (method === 'POST' || method === 'PUT') && LISTED.test(path);
}

const types: Record<NonNullable<FieldError['rule']>, [type: string, limit: string]> = {
  minLength: ['string_too_short', 'min_length'],
  maxLength: ['string_too_long', 'max_length'],
  minimum: ['greater_than_equal', 'ge'],
  maximum: ['less_than_equal', 'le'],
  minItems: ['too_short', 'min_length'],
  maxItems: ['too_long', 'max_length'],
  missing: ['missing', ''],
};

/** The fields of a 422 as that page reads them. What was sent is not in it. */
export function fieldList(fields: FieldError[]) {
  return fields.map(({ pointer: place, detail, rule, limit }) => {
    const [type, name] = rule ? types[rule] : ['value_error', ''];
    const path = place
      .split('/')
      .slice(1)
      .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    return { loc: ['body', ...path], type, msg: detail, ...(limit === undefined ? {} : { ctx: { [name]: limit } }) };
  });
}
