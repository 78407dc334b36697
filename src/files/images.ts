import pLimit from 'p-limit';
import sharp from 'sharp';
import { type ImageKind, imageKindOf } from './image-kind.ts';

/** Width times height, as the header says; what is larger is never decoded. */
export const MAX_PIXELS = 40_000_000;
const DECODE_SECONDS = 15;
/** Images decoded at once in one process: each may take 160 MB for a moment. */
const DECODERS = 2;
/** The grid of the difference hash: 8 comparisons in each of 8 rows. */
const HASH_WIDTH = 9;
const HASH_HEIGHT = 8;

/** Libvips' own names of the kinds. */
const loaders: Record<string, ImageKind> = { png: 'png', jpeg: 'jpg', webp: 'webp', gif: 'gif' };

// Every image is seen once, so a cache only holds memory.
sharp.cache(false);
const decoding = pLimit(DECODERS);

export type ImageFacts = {
  kind: ImageKind;
  /** As shown: a photograph's orientation mark is obeyed. */
  width: number;
  height: number;
  /** Difference hash, 16 hex digits: like pictures differ in few bits. */
  phash: string;
  /** Whether it tells more than it shows: where and with what it was taken (EXIF, XMP, IPTC). */
  hasMetadata: boolean;
};

export type Refusal = 'not_an_image' | 'too_many_pixels';
export type Area = { left: number; top: number; width: number; height: number };

/**
 * Looks at bytes that a stranger calls an image: signature, header, then all pixels of its first frame. A file that
 * begins like an image and cannot be shown is not one. The bytes are asked for when their turn has come, so that only
 * as many files are in memory as are decoded at once.
 */
export async function inspectImage(load: () => Promise<Uint8Array>): Promise<ImageFacts | Refusal> {
  return decoding(async () => {
    const bytes = await load();
    try {
      return await inspect(bytes);
    } catch {
      // Whatever the decoder says of hostile bytes, the answer is the same.
      return 'not_an_image';
    }
  });
}

async function inspect(bytes: Uint8Array): Promise<ImageFacts | Refusal> {
  const kind = imageKindOf(bytes);
  if (kind === undefined) return 'not_an_image';
  // The header only. Its size is judged here, so that the caller can be told which of the two rules was broken.
  const header = await sharp(bytes, { limitInputPixels: false }).metadata();
  if (loaders[header.format] !== kind) return 'not_an_image';
  if (header.width * header.height > MAX_PIXELS) return 'too_many_pixels';
  const { width, height } = header.autoOrient;
  const hasMetadata = [header.exif, header.xmp, header.iptc].some((part) => part !== undefined);
  return { kind, width, height, hasMetadata, phash: await differenceHash(bytes) };
}

async function differenceHash(bytes: Uint8Array): Promise<string> {
  const grey = await sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error' })
    .timeout({ seconds: DECODE_SECONDS })
    .autoOrient()
    .flatten()
    .resize(HASH_WIDTH, HASH_HEIGHT, { fit: 'fill' })
    .greyscale()
    .raw()
    .toBuffer();
  let bits = 0n;
  for (let row = 0; row < HASH_HEIGHT; row += 1)
    for (let column = 0; column + 1 < HASH_WIDTH; column += 1) {
      const at = row * HASH_WIDTH + column;
      bits = (bits << 1n) | ((grey[at] ?? 0) > (grey[at + 1] ?? 0) ? 1n : 0n);
    }
  return bits.toString(16).padStart(16, '0');
}

/** Keeps nearly every pixel; what is left out, nobody sees. */
const CLEAN_QUALITY = 92;

/**
 * Encodes an image anew in its own kind, upright and with its colours, without anything that only its metadata told.
 * All frames of a moving image are kept, so together they may not have more pixels than one image may have.
 */
export async function withoutMetadata(load: () => Promise<Uint8Array>): Promise<Uint8Array | Refusal> {
  return decoding(async () => {
    const bytes = await load();
    try {
      const { width, height, pages = 1, format } = await sharp(bytes, { limitInputPixels: false }).metadata();
      if (width * height * pages > MAX_PIXELS) return 'too_many_pixels';
      const image = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error', animated: pages > 1 })
        .timeout({ seconds: DECODE_SECONDS })
        .autoOrient()
        .keepIccProfile();
      if (format === 'jpeg') image.jpeg({ quality: CLEAN_QUALITY });
      if (format === 'webp') image.webp({ quality: CLEAN_QUALITY });
      return await image.toBuffer();
    } catch {
      return 'not_an_image';
    }
  });
}

/**
 * Turns a drawing of our own (SVG text) into the bytes of a WebP image, as wide and high as the drawing says. Never for
 * what a stranger sends: SVG is a document that names other files.
 */
export async function renderDrawing(svg: string): Promise<Uint8Array> {
  return decoding(() =>
    sharp(Buffer.from(svg), { limitInputPixels: MAX_PIXELS })
      .timeout({ seconds: DECODE_SECONDS })
      .webp({ quality: 86, effort: 2 })
      .toBuffer(),
  );
}

/**
 * Cuts an area out of an image and encodes it in the same kind, without its metadata. All frames of a moving image are
 * cut, so together they may not have more pixels than one image may have.
 */
export async function cropImage(image: Blob, area: Area): Promise<Uint8Array | Refusal> {
  return decoding(async () => {
    const bytes = new Uint8Array(await image.arrayBuffer());
    try {
      return await crop(bytes, area);
    } catch {
      return 'not_an_image';
    }
  });
}

async function crop(bytes: Uint8Array, area: Area): Promise<Uint8Array | Refusal> {
  const { width, height, pages = 1 } = await sharp(bytes, { limitInputPixels: false }).metadata();
  if (width * height * pages > MAX_PIXELS) return 'too_many_pixels';
  return sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error', animated: pages > 1 })
    .timeout({ seconds: DECODE_SECONDS })
    .autoOrient()
    .extract(area)
    .toBuffer();
}
