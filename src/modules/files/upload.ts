import { createHash } from 'node:crypto';
import type { Ctx } from '../../context.ts';
import { type ImageFacts, inspectImage, MAX_PIXELS } from '../../files/images.ts';
import type { StagedFile } from '../../files/store.ts';
import { fail } from '../../lib/errors.ts';

/** Of one request; the files' bytes are counted while they arrive. */
export const uploadLimits = { maxFiles: 10, maxFileBytes: 10 * 1_048_576 } as const;

/** An image that is stored and served. */
export type StoredImage = ImageFacts & { url: string };

/**
 * Stores images under the digest of their bytes, all of them or none. Throws `files.none`, `files.not_an_image` or
 * `files.too_many_pixels`, and whatever the source of the bytes throws.
 */
export async function saveImages(ctx: Ctx, sources: AsyncIterable<Uint8Array>): Promise<StoredImage[]> {
  const staged: StagedFile[] = [];
  const images: StoredImage[] = [];
  try {
    for await (const bytes of sources) {
      const facts = await inspectImage(bytes);
      if (typeof facts === 'string')
        throw fail(`files.${facts}`, { params: { number: images.length + 1, max: MAX_PIXELS } });
      const name = `${createHash('sha256').update(bytes).digest('hex')}.${facts.kind}`;
      staged.push(await ctx.files.stage(name, bytes));
      images.push({ ...facts, url: `/static/${name}` });
    }
    if (images.length === 0) throw fail('files.none');
  } catch (error) {
    await Promise.all(staged.map((file) => file.drop()));
    throw error;
  }
  await Promise.all(staged.map((file) => file.keep()));
  return images;
}
