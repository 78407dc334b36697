import type { Ctx } from '../../context.ts';
import { coalesced } from '../../lib/coalesce.ts';
import { sha256 } from '../../lib/crypto.ts';
import { type Definition, judgeOf, readStored } from './documents.ts';
import { findDocument } from './queries.ts';

/** A document as it is answered. */
export type Shown<View> = {
  body: View;
  /** The body as it is sent: made once for all who asked together. */
  json: string;
  etag: string;
  /** Postgres did not answer: this is the last that is known here, or a fresh installation's, and not to be kept. */
  makeshift: boolean;
};

const READ_DEADLINE_MS = 2_000;
const ETAG_HASH_CHARS = 22;

/**
 * Makes the reader of a document. It never fails and never writes. However many visitors ask, one look at Postgres is under
 * way at a time, shared by all who asked before it began: what an editor wrote, or a creator made private, is in the next
 * answer of every instance.
 */
export function openReader<Doc, View>(ctx: Ctx, definition: Definition<Doc, View>): () => Promise<Shown<View>> {
  let known: { doc: Doc; version: number } | undefined;

  async function look(): Promise<Shown<View>> {
    const stored = await findDocument(ctx.db.pool, definition.key);
    const doc = stored ? readStored(ctx, definition, stored) : emptyOf(ctx, definition);
    const version = stored?.version ?? 0;
    const shown = shownOf(await definition.show(ctx, doc), version);
    known = { doc, version };
    return shown;
  }

  return coalesced(async () => {
    try {
      return await within(look(), READ_DEADLINE_MS);
    } catch (error) {
      ctx.log.warn('a cms document could not be read', { document: definition.key, error });
      const { doc, version } = known ?? { doc: emptyOf(ctx, definition), version: 0 };
      return { ...shownOf(definition.showAlone(doc), version), makeshift: true };
    }
  });
}

/** What a fresh installation has. */
export function emptyOf<Doc, View>(ctx: Ctx, definition: Definition<Doc, View>): Doc {
  return definition.read(undefined, judgeOf(ctx));
}

/** The tag names the version, by which writers are told apart, and what is answered, by which readers are. */
export function shownOf<View>(body: View, version: number): Shown<View> {
  const json = JSON.stringify(body);
  const hash = sha256(json).slice(0, ETAG_HASH_CHARS);
  return { body, json, etag: `"${version}-${hash}"`, makeshift: false };
}

async function within<T>(work: Promise<T>, deadlineMs: number): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer in ${deadlineMs} ms`)), deadlineMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
