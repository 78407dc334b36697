import type { Ctx } from '../../context.ts';
import { type Area, cropImage, MAX_PIXELS } from '../../files/images.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { saveImage } from '../files/upload.ts';
import { entities } from './entities.ts';
import { updateAsset } from './queries.ts';
import type { AssetView, CropInput } from './schema.ts';
import { changingOne, requireAssets } from './target.ts';
import { viewAsset } from './view.ts';

/**
 * Cuts a picture down to an area, whose edges are rounded to pixels and moved inside the picture. It stays the same
 * picture of the same gallery; where its entity shows it, the cut one is shown. Throws `media.not_found`,
 * `media.not_yours`, `http.invalid` (422) for an area outside, and `files.too_many_pixels` (400) for a moving picture
 * whose frames are too much together.
 */
export async function cropAsset(ctx: Ctx, actor: Member, id: string, input: CropInput): Promise<AssetView> {
  const [before] = await requireAssets(ctx, actor, [id]);
  if (!before) throw fail('media.not_found');
  const area = areaWithin(input, before);
  const file = await ctx.files.open(before.url.slice('/static/'.length));
  if (!file) throw fail('media.not_found');
  const cut = await cropImage(file.body, area);
  if (typeof cut === 'string') throw fail(`files.${cut}`, { params: { number: 1, max: MAX_PIXELS } });
  const { url, width, height, phash } = await saveImage(ctx, cut);
  return changingOne(ctx, actor, id, async (tx, { row, entity }, now) => {
    // Somebody else cut it meanwhile: the area was meant for another picture.
    if (row.url !== before.url) throw fail('media.not_found');
    if (entity?.pictureUrl === row.url) await entities[entity.type].setPicture(tx, entity.id, url, now);
    return viewAsset((await updateAsset(tx, id, { url, width, height, phash, updatedAt: now })) ?? row);
  });
}

/** Whole pixels of an image. Throws `http.invalid` when none is left. */
export function areaWithin({ sx, sy, sw, sh }: CropInput, image: { width: number; height: number }): Area {
  const left = Math.round(sx);
  const top = Math.round(sy);
  const width = Math.min(image.width, Math.round(sx + sw)) - left;
  const height = Math.min(image.height, Math.round(sy + sh)) - top;
  if (width < 1 || height < 1)
    throw fail('http.invalid', {
      params: { problem: 'the area is outside of the picture' },
      fields: [
        { pointer: width < 1 ? '/sw' : '/sh', detail: `the picture has ${image.width} x ${image.height} pixels` },
      ],
    });
  return { left, top, width, height };
}
