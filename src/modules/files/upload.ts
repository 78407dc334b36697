import { createHash } from 'node:crypto';
import type { Ctx } from '../../context.ts';
import { type ImageFacts, inspectImage, MAX_PIXELS, type Refusal, withoutMetadata } from '../../files/images.ts';
import type { IncomingFile } from '../../files/store.ts';
import { fail } from '../../lib/errors.ts';

/** Files as they arrive, one after the other: pieces of one, then `end`, then the next one's. */
export type FilePieces = AsyncIterable<Uint8Array | 'end'>;

/** An image that is stored and served. */
export type StoredImage = Omit<ImageFacts, 'hasMetadata'> & { url: string };

const refusals = ['not_an_image', 'too_many_pixels'] as const satisfies Refusal[];

type Checked = { file: IncomingFile; name: string; image: StoredImage };

/**
 * Stores images under the digest of their bytes, all of them or none; without the metadata that photographs carry. Throws `files.none`, `files.not_an_image` or
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
      checked.push(await check(ctx, arriving, digest.digest('hex'), checked.length + 1));
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

async function check(ctx: Ctx, arrived: IncomingFile, digest: string, number: number): Promise<Checked> {
  const facts = accept(await inspectImage(() => arrived.read()), number);
  if (!facts.hasMetadata) return checkedAs(arrived, digest, facts);
  // A photograph says where it was taken: that is nobody's business but the photographer's.
  const bytes = accept(await withoutMetadata(() => arrived.read()), number);
  const file = await ctx.files.receive();
  try {
    await file.write(bytes);
  } catch (error) {
    await file.drop();
    throw error;
  }
  await arrived.drop();
  return checkedAs(file, createHash('sha256').update(bytes).digest('hex'), facts);
}

function accept<T extends object>(found: T | Refusal, number: number): T {
  const refusal = refusals.find((one) => one === found);
  if (refusal) throw fail(`files.${refusal}`, { params: { number, max: MAX_PIXELS } });
  return found as T;
}

function checkedAs(file: IncomingFile, digest: string, { hasMetadata: _, ...facts }: ImageFacts): Checked {
  const name = `${digest}.${facts.kind}`;
  return { file, name, image: { ...facts, url: `/static/${name}` } };
}
