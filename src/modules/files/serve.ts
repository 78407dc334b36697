import type { Ctx } from '../../context.ts';
import { mediaTypeOf } from '../../files/image-kind.ts';
import { fail } from '../../lib/errors.ts';
import { hasEtag } from '../../lib/etag.ts';

export type ServedFile = {
  /** Undefined: the caller has these bytes already. */
  body: Blob | undefined;
  headers: Record<string, string>;
};

/**
 * A stored file as the world may see it: it never changes, and it is never taken for anything but an image, whatever
 * else its bytes could be read as. Throws `files.not_found`.
 */
export async function serveFile(ctx: Ctx, name: string, ifNoneMatch: string | undefined): Promise<ServedFile> {
  const file = await ctx.files.open(name);
  if (!file) throw fail('files.not_found');
  const etag = `"${name.slice(0, name.indexOf('.'))}"`;
  const unchanged = hasEtag(ifNoneMatch, etag);
  return {
    body: unchanged ? undefined : file.body,
    headers: {
      etag,
      'cache-control': 'public, max-age=31536000, immutable',
      'content-security-policy': "sandbox; default-src 'none'",
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
      ...(unchanged ? {} : { 'content-type': mediaTypeOf(name), 'content-length': String(file.sizeBytes) }),
    },
  };
}
