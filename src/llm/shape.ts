import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import type { AnswerShape } from './providers/provider.ts';

const MAX_PROBLEMS = 10;
const MAX_STARTS = 20;
const shapes = new WeakMap<TSchema, AnswerShape<unknown>>();

/** The check of a schema, compiled once for each schema object. Unknown keys are dropped, and `"3"` becomes 3. */
export function shapeOf<S extends TSchema>(schema: S): AnswerShape<Static<S>> {
  let shape = shapes.get(schema);
  if (!shape) {
    shape = compileShape(schema);
    shapes.set(schema, shape);
  }
  return shape as AnswerShape<Static<S>>;
}

function compileShape(schema: TSchema): AnswerShape<unknown> {
  const compiled = Compile(schema);
  return {
    schema,
    check(given) {
      const value = Value.Convert(schema, Value.Clean(schema, structuredClone(given)));
      if (compiled.Check(value)) return { ok: true, value };
      const issues = compiled.Errors(value).slice(0, MAX_PROBLEMS);
      return { ok: false, problems: issues.map((issue) => `${issue.instancePath || '/'} ${issue.message}`).join('; ') };
    },
  };
}

/** Finds the JSON in a model's answer, which may think aloud, fence it or talk around it; undefined when there is none. */
export function extractJson(answer: string): unknown {
  const text = answer.replace(/<think>[\s\S]*?<\/think>/g, '').trim();
  const fenced = /```(?:json)?\s*([\s\S]*?)```/i.exec(text)?.[1];
  for (const candidate of [text, fenced, ...bracketed(text)]) {
    if (candidate === undefined) continue;
    try {
      return JSON.parse(candidate);
    } catch {
      // Talk, not JSON; the next candidate may be it.
    }
  }
  return undefined;
}

/** Every stretch of text from an opening bracket to the one that closes it, outermost first. */
function* bracketed(text: string): Generator<string> {
  let starts = 0;
  for (let at = text.search(/[{[]/); at >= 0 && starts < MAX_STARTS; starts += 1) {
    const end = closingBracket(text, at);
    if (end > at) yield text.slice(at, end + 1);
    const next = text.slice(at + 1).search(/[{[]/);
    at = next < 0 ? -1 : at + 1 + next;
  }
}

/** Where the bracket at `start` is closed; brackets inside strings do not count; -1 when it never is. */
function closingBracket(text: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at += 1) {
    const char = text[at];
    if (quoted) {
      if (char === '\\') at += 1;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}
