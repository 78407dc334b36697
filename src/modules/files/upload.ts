import { createHash } from 'node:crypto';
import type { Ctx } from '../../context.ts';
import { type ImageFacts, inspectImage, MAX_PIXELS } from '../../files/images.ts';
import type { IncomingFile } from '../../files/store.ts';
import { fail } from '../../lib/errors.ts';

/** Files as they arrive, one after the other: pieces of one, then `end`, then the next one's. */
export type FilePieces = AsyncIterable<Uint8Array | 'end'>;

/** An image that is stored and served. */
export type StoredImage = ImageFacts & { url: string };

type Checked = { file: IncomingFile; name: string; image: StoredImage };

/**
 * Stores images under the digest of their bytes, all of them or none. Throws `files.none`, `files.not_an_image` or
 * `files.too_many_pixels`, and whatever the source of the pieces throws.
 */
export async function saveImages(ctx: Ctx, pieces: FilePieces): Promise<StoredImage[]> {
  const checked: Checked[] = [];
  let arriving: IncomingFile | undefined;
  let digest = createHash('sha256');
  try {
    for await (const piece of pieces) {
      arriving ??= await ctx.files.receive();
      if (piece !== 'end') {
        digest.update(piece);
        await arriving.write(piece);
        continue;
      }
      checked.push(await check(arriving, digest.digest('hex'), checked.length + 1));
      arriving = undefined;
      digest = createHash('sha256');
    }
    if (checked.length === 0) throw fail('files.none');
    for (const { file, name } of checked) await file.keep(name);
    return checked.map(({ image }) => image);
  } catch (error) {
    await Promise.all([arriving, ...checked.map(({ file }) => file)].map((file) => file?.drop()));
    throw error;
  }
}

/** Stores one image whose bytes are at hand. Throws as `saveImages`. */
export async function saveImage(ctx: Ctx, bytes: Uint8Array): Promise<StoredImage> {
  async function* whole(): AsyncGenerator<Uint8Array | 'end'> {
    yield bytes;
    yield 'end';
  }
  const [image] = await saveImages(ctx, whole());
  if (!image) throw new Error('one image in, none out');
  return image;
}

async function check(file: IncomingFile, digest: string, number: number): Promise<Checked> {
  const facts = await inspectImage(() => file.read());
  if (typeof facts === 'string') throw fail(`files.${facts}`, { params: { number, max: MAX_PIXELS } });
  const name = `${digest}.${facts.kind}`;
  return { file, name, image: { ...facts, url: `/static/${name}` } };
}
