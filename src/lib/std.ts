import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/** A Standard Schema (v1) over a compiled typebox 1 schema, as Elysia routes accept it. */
export interface StandardSchema<T> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: 'typebox';
    readonly validate: (value: unknown) => { value: T } | { issues: { message: string; path: string[] }[] };
    readonly types?: { readonly input: T; readonly output: T };
  };
  readonly jsonSchema: TSchema;
}

/** Wraps a typebox 1 schema for a route: Elysia 1.4 cannot take it as it is. It neither strips keys nor fills defaults. */
export function std<S extends TSchema>(schema: S): StandardSchema<Static<S>> {
  const compiled = Compile(schema);
  return {
    jsonSchema: schema,
    '~standard': {
      version: 1,
      vendor: 'typebox',
      validate(value) {
        if (compiled.Check(value)) return { value: value as Static<S> };
        const issues = compiled.Errors(value).slice(0, 20);
        return {
          issues: issues.map((issue) => ({ message: issue.message, path: issue.instancePath.split('/').slice(1) })),
        };
      },
    },
  };
}
