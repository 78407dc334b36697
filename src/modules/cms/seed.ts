import type { Ctx } from '../../context.ts';
import { AppError } from '../../lib/errors.ts';
import { operator } from '../audit/audit.ts';
import { differences } from './differences.ts';
import { banners, type Definition, popups, readStored, slots, tagDisplay } from './documents.ts';
import { findDocument } from './queries.ts';
import { emptyOf } from './read.ts';
import { parseDocument, replaceDocument } from './write.ts';

const definitions: readonly Definition<unknown>[] = [banners, slots, popups, tagDisplay];

/** What becomes, or would become, of one document; no changes: it is as the file says. */
export type Seeding = { key: string; changes: string[] };

type Plan = Seeding & { definition: Definition<unknown>; body: unknown; version: number };

/**
 * Brings documents to what an operator's file says, `{<key of the document>: <document>}`; those that it does not name
 * stay. What is as it should be is not written again. All of the file is judged before anything is written. Throws an
 * `Error` with a sentence a line for what is wrong in the file, `http.changed_meanwhile` when an editor was faster.
 */
export async function seedDocuments(ctx: Ctx, file: unknown, { dryRun }: { dryRun: boolean }): Promise<Seeding[]> {
  const given = entriesOf(file);
  const plans: Plan[] = [];
  for (const { definition, body } of given) plans.push(await plan(ctx, definition, body));
  for (const { definition, body, version, changes } of dryRun ? [] : plans)
    if (changes.length > 0)
      await replaceDocument(ctx, operator, definition, { body, ifMatch: `"${version}-seed"`, origin: 'seed' });
  return plans.map(({ key, changes }) => ({ key, changes }));
}

function entriesOf(file: unknown): { definition: Definition<unknown>; body: unknown }[] {
  const keys = definitions.map(({ key }) => key).join(', ');
  if (file === null || typeof file !== 'object' || Array.isArray(file))
    throw new Error(`The file must hold one JSON object with some of: ${keys}.`);
  return Object.entries(file).map(([key, body]) => {
    const definition = definitions.find((each) => each.key === key);
    if (!definition) throw new Error(`There is no document "${key}"; there are: ${keys}.`);
    return { definition, body };
  });
}

async function plan(ctx: Ctx, definition: Definition<unknown>, body: unknown): Promise<Plan> {
  const { key } = definition;
  const next = parsed(ctx, definition, body);
  const stored = await findDocument(ctx.db.pool, key);
  const current = stored ? readStored(ctx, definition, stored) : emptyOf(ctx, definition);
  return { key, definition, body, version: stored?.version ?? 0, changes: differences(current, next) };
}

function parsed(ctx: Ctx, definition: Definition<unknown>, body: unknown): unknown {
  try {
    return parseDocument(ctx, definition, body);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const places = (error.options.fields ?? []).map(({ pointer, detail }) => `${definition.key}${pointer} ${detail}`);
    throw new Error(places.join('\n'), { cause: error });
  }
}
