import { expect, test } from 'bun:test';
import { inspectImage, renderDrawing } from '../../src/files/images.ts';

test('a drawing becomes a WebP image of its own size', async () => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="20" height="30" fill="#fff"/></svg>';
  const bytes = await renderDrawing(svg);
  expect(await inspectImage(async () => bytes)).toMatchObject({ kind: 'webp', width: 40, height: 30 });
});
