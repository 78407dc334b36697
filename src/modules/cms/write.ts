import type { Ctx } from '../../context.ts';
import { withTx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { audit, type Operator } from '../audit/audit.ts';
import { type Definition, judgeOf, readStored, SCHEMA_VERSION, upcast } from './documents.ts';
import { MAX_FAULTS } from './judge.ts';
import { findRevision, findRevisions, insertRevision, writeDocument } from './queries.ts';
import { type Shown, shownOf } from './read.ts';

const KEPT_REVISIONS = 100;

type Origin = { origin: 'edit' | 'seed' } | { origin: 'restore'; restoredVersion: number };

/**
 * Replaces a document by what was sent, in today's or any older shape, and gives it as visitors see it now. `ifMatch` (the
 * header) refuses to overwrite what somebody else wrote since: `http.changed_meanwhile` (412); without it the last one wins. Throws
 * `http.invalid` (422), which names every wrong place.
 */
export async function replaceDocument<Doc, View>(
  ctx: Ctx,
  actor: Member | Operator,
  definition: Definition<Doc, View>,
  { body, ifMatch, origin = 'edit' }: { body: unknown; ifMatch: string | undefined; origin?: 'edit' | 'seed' },
): Promise<Shown<View>> {
  return save(ctx, actor, definition, { doc: parseDocument(ctx, definition, body), ifMatch, from: { origin } });
}

/** Reads what was sent. Throws `http.invalid` (422). */
export function parseDocument<Doc, View>(
  ctx: Ctx,
  { read, readSent = read }: Definition<Doc, View>,
  body: unknown,
): Doc {
  const judge = judgeOf(ctx);
  const doc = readSent(upcast(body, 0), judge);
  const [first] = judge.faults;
  if (!first) return doc;
  const problem = `${first.pointer.split('/').slice(1).join('.')} ${first.detail}`.trim();
  throw fail('http.invalid', { params: { problem }, fields: judge.faults.slice(0, MAX_FAULTS) });
}

/**
 * Writes what an earlier version held as a new version. Throws `cms.no_revision` (404) and `http.changed_meanwhile` (412).
 */
export async function restoreRevision<Doc, View>(
  ctx: Ctx,
  actor: Member,
  definition: Definition<Doc, View>,
  { version, ifMatch }: { version: number; ifMatch: string | undefined },
): Promise<Shown<View>> {
  const doc = readStored(ctx, definition, await requireRevision(ctx, definition.key, version));
  return save(ctx, actor, definition, { doc, ifMatch, from: { origin: 'restore', restoredVersion: version } });
}

/** What a version held, as it would be shown now. Throws `cms.no_revision` (404). */
export async function readRevision<Doc, View>(ctx: Ctx, definition: Definition<Doc, View>, version: number) {
  return definition.show(ctx, readStored(ctx, definition, await requireRevision(ctx, definition.key, version)));
}

async function requireRevision(ctx: Ctx, key: string, version: number) {
  const revision = await findRevision(ctx.db.pool, key, version);
  if (!revision) throw fail('cms.no_revision');
  return revision;
}

/** Who wrote a document when, newest first. */
export async function listRevisions<Doc, View>(ctx: Ctx, { key }: Definition<Doc, View>) {
  const rows = await findRevisions(ctx.db.pool, key);
  return rows.map((row, place) => ({
    version: row.version,
    origin: row.origin,
    restored_version: row.restoredVersion,
    created_at: row.createdAt.toISOString(),
    created_by: row.username,
    is_current: place === 0,
  }));
}

type Save<Doc> = { doc: Doc; ifMatch: string | undefined; from: Origin };

async function save<Doc, View>(
  ctx: Ctx,
  actor: Member | Operator,
  definition: Definition<Doc, View>,
  { doc, ifMatch, from }: Save<Doc>,
): Promise<Shown<View>> {
  const { key } = definition;
  const now = ctx.clock.now();
  const value = definition.stamp(doc, now);
  // Before it is written: a document that cannot be shown is answered with an error, and then must not have been.
  const view = await definition.show(ctx, value);
  const by = actor.kind === 'member' ? actor.userId : null;
  const expected = expectedVersion(ifMatch);
  const version = await withTx(ctx.db, async (tx) => {
    const write = { key, value, schemaVersion: SCHEMA_VERSION, updatedBy: by, now };
    const written = await writeDocument(tx, write, expected);
    if (written === undefined) throw fail('http.changed_meanwhile');
    const revision = { key, version: written, value, schemaVersion: SCHEMA_VERSION, createdBy: by, createdAt: now };
    await insertRevision(tx, { ...revision, ...from }, KEPT_REVISIONS);
    await audit(tx, actor, { action: `cms.${from.origin}`, target: key, details: { version: written, ...from } });
    return written;
  });
  return shownOf(view, version);
}

/**
 * The version that a writer saw, from the tag of its reading: only the part that tells the version counts, since counters
 * in the rest change by themselves, and proxies that compress weaken tags. Undefined: any. -1: none that we ever gave.
 */
function expectedVersion(ifMatch: string | undefined): number | undefined {
  const given = ifMatch?.trim();
  if (!given || given === '*') return undefined;
  const version = /^(?:W\/)?"(\d{1,9})-[\w-]+"$/.exec(given)?.[1];
  return version === undefined ? -1 : Number(version);
}
