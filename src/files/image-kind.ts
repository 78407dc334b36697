/** The kinds of images we take. No SVG: it is a document that runs scripts. */
const kinds = {
  png: { mediaType: 'image/png', signature: [[0, '\x89PNG\r\n\x1a\n']] },
  jpg: { mediaType: 'image/jpeg', signature: [[0, '\xff\xd8\xff']] },
  webp: {
    mediaType: 'image/webp',
    signature: [
      [0, 'RIFF'],
      [8, 'WEBPVP8'],
    ],
  },
  gif: { mediaType: 'image/gif', signature: [[0, 'GIF8']] },
} as const satisfies Record<string, { mediaType: string; signature: readonly (readonly [number, string])[] }>;

export type ImageKind = keyof typeof kinds;

/** The kind that the first bytes announce; names and declared types of files are never looked at. */
export function imageKindOf(bytes: Uint8Array): ImageKind | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 16)).toString('latin1');
  const found = Object.entries(kinds).find(([, { signature }]) =>
    signature.every(([offset, text]) => head.startsWith(text, offset)),
  );
  return found?.[0] as ImageKind | undefined;
}

/** The media type of a stored file, by the extension that we gave it. */
export function mediaTypeOf(name: string): string {
  return kinds[name.slice(name.lastIndexOf('.') + 1) as ImageKind].mediaType;
}
