import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import sharp from 'sharp';
import { areaWithin } from '../../../src/modules/media/crop.ts';
import { ratioOf } from '../../../src/modules/media/view.ts';
import type { Person } from '../../harness/people.ts';
import { bytesOf, movingDot, picture } from '../files/pictures.ts';
import { type Asset, as, nobody, openStudio, type Studio } from './studio.ts';

let studio: Studio;
let ann: Person;
let bob: Person;
beforeAll(async () => {
  studio = await openStudio();
  ({ ann, bob } = studio);
});
afterAll(() => studio.close());

const crop = (id: string, body: object | null, person: Person | undefined = ann) =>
  studio.world.client.post(`/media/assets/${id}/crop`, body, as(person));

describe('cropping', () => {
  test('the same picture with fewer pixels; the cover follows', async () => {
    const { id } = await studio.newGallery(0);
    const left = { create: { width: 50, height: 80, channels: 3 as const, background: '#00f' } };
    const two = sharp({ create: { width: 100, height: 80, channels: 3, background: '#f00' } });
    const source = bytesOf(
      await two
        .composite([{ input: left, left: 0, top: 0 }])
        .png()
        .toBuffer(),
    );
    const [asset] = (await studio.uploaded([source])) as [Asset];
    await studio.world.client.post(
      `/media/assets/attach?entity_type=story&entity_id=${id}&asset_ids=${asset.id}`,
      null,
      as(ann),
    );
    studio.world.clock.advance(5);
    const answer = await crop(asset.id, { sx: 49.6, sy: 0, sw: 50.4, sh: 40.2 });
    expect([answer.status, answer.body]).toMatchObject([
      200,
      { id: asset.id, width: 50, height: 40, ratio: '5:4', is_primary: true },
    ]);
    expect(answer.body.url).not.toBe(asset.url);
    expect(answer.body.updated_at > answer.body.created_at).toBe(true);
    expect(await studio.shown('story', id)).toBe(answer.body.url);
    const served = await studio.world.client.open('GET', answer.body.url);
    const { data, info } = await sharp(await served.arrayBuffer())
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([50, 40]);
    expect([...data.subarray(0, 3)]).toEqual([255, 0, 0]);
  });

  test('a photograph is cut as it is shown; all frames of a moving picture are cut', async () => {
    const photo = bytesOf(
      await sharp(await picture('jpeg', 80, 40))
        .withMetadata({ orientation: 6 })
        .jpeg()
        .toBuffer(),
    );
    const frames = await Promise.all([picture(), picture(), picture()]);
    const moving = bytesOf(
      await sharp(frames, { join: { animated: true } })
        .gif()
        .toBuffer(),
    );
    const [tall, gif] = (await studio.uploaded([photo, moving])) as [Asset, Asset];
    expect(tall).toMatchObject({ width: 40, height: 80 });
    expect((await crop(tall.id, { sx: 0, sy: 0, sw: 40, sh: 70 })).body).toMatchObject({ width: 40, height: 70 });
    const cut = (await crop(gif.id, { sx: 5, sy: 5, sw: 20, sh: 10 })).body;
    expect(cut).toMatchObject({ width: 20, height: 10 });
    const served = await (await studio.world.client.open('GET', cut.url)).arrayBuffer();
    expect(await sharp(served, { animated: true }).metadata()).toMatchObject({ pages: 3, width: 20, pageHeight: 10 });
  });

  test('refusals', async () => {
    const [asset] = (await studio.uploaded([await picture('png', 60, 40)])) as [Asset];
    for (const [body, status] of [
      [{ sx: 60, sy: 0, sw: 5, sh: 5 }, 422],
      [{ sx: 0, sy: 0, sw: 0, sh: 5 }, 422],
      [{ sx: -1, sy: 0, sw: 5, sh: 5 }, 422],
      [{ sx: 0, sy: 0, sw: 5 }, 422],
      [null, 422],
      [{ sx: 0, sy: 0, sw: 1e9, sh: 5 }, 422],
    ] as const)
      expect((await crop(asset.id, body)).status).toBe(status);
    const area = { sx: 0, sy: 0, sw: 5, sh: 5 };
    expect((await crop(asset.id, area, bob)).body.code).toBe('media.not_yours');
    expect((await crop(nobody, area)).body.code).toBe('media.not_found');
    expect((await studio.world.client.post(`/media/assets/${asset.id}/crop`, area)).status).toBe(401);
    expect((await crop(asset.id, { ...area, sw: 1_000 })).body).toMatchObject({ width: 60, height: 5 });
  });

  test('a moving picture whose frames are too much together: 400', async () => {
    const moving = movingDot(6_000, 6_000, 2);
    const [asset] = (await studio.uploaded([moving])) as [Asset];
    const answer = await crop(asset.id, { sx: 0, sy: 0, sw: 5, sh: 5 });
    expect([answer.status, answer.body.code]).toEqual([400, 'files.too_many_pixels']);
  });

  test('an area is always whole pixels inside the picture', () => {
    const size = fc.integer({ min: 1, max: 10_000 });
    const part = fc.double({ min: 0, max: 12_000, noNaN: true });
    fc.assert(
      fc.property(size, size, part, part, part, part, (width, height, sx, sy, sw, sh) => {
        try {
          const area = areaWithin({ sx, sy, sw, sh }, { width, height });
          for (const value of Object.values(area)) expect(Number.isInteger(value)).toBe(true);
          expect(Math.min(area.left, area.top)).toBeGreaterThanOrEqual(0);
          expect(Math.min(area.width, area.height)).toBeGreaterThanOrEqual(1);
          expect(area.left + area.width).toBeLessThanOrEqual(width);
          expect(area.top + area.height).toBeLessThanOrEqual(height);
        } catch (error) {
          expect((error as { status?: number }).status).toBe(422);
        }
      }),
    );
    expect([ratioOf(1080, 1350), ratioOf(7, 3), ratioOf(512, 512)]).toEqual(['4:5', '7:3', '1:1']);
  });
});
