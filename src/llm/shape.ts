import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import type { AnswerShape } from './providers/provider.ts';

const MAX_PROBLEMS = 10;
const shapes = new WeakMap<TSchema, AnswerShape<unknown>>();

/** The compiled check of a schema; compiled once for each schema object. Unknown keys are dropped, `"3"` becomes 3. */
export function shapeOf<S extends TSchema>(schema: S): AnswerShape<Static<S>> {
  let shape = shapes.get(schema);
  if (!shape) {
    shape = compileShape(schema);
    shapes.set(schema, shape);
  }
  return shape as AnswerShape<Static<S>>;
}

function compileShape<S extends TSchema>(schema: S): AnswerShape<Static<S>> {
  const compiled = Compile(schema);
  return {
    schema,
    check(given) {
      const value = Value.Convert(schema, Value.Clean(schema, structuredClone(given)));
      if (compiled.Check(value)) return { ok: true, value: value as Static<S> };
      const issues = compiled.Errors(value).slice(0, MAX_PROBLEMS);
      return { ok: false, problems: issues.map((issue) => `${issue.instancePath || '/'} ${issue.message}`).join('; ') };
    },
  };
}

/** Finds the JSON in a model's answer, which may think aloud, wrap it in a fence or talk around it; undefined when there is none. */
export function extractJson(text: string): unknown {
  const spoken = text.replace(/<think>[\s\S]*?<\/think>/g, '').trim();
  const fenced = /```(?:json)?\s*([\s\S]*?)```/i.exec(spoken)?.[1];
  for (const candidate of [spoken, fenced, firstObject(spoken)]) {
    if (candidate === undefined) continue;
    try {
      return JSON.parse(candidate);
    } catch {
      // Not this one.
    }
  }
  return undefined;
}

/** From the first bracket to the one that closes it, brackets in strings not counted. */
function firstObject(text: string): string | undefined {
  const start = text.search(/[{[]/);
  if (start < 0) return undefined;
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at += 1) {
    const char = text[at];
    if (quoted) {
      if (char === '\\') at += 1;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') {
      depth -= 1;
      if (depth === 0) return text.slice(start, at + 1);
    }
  }
  return undefined;
}
