import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Person } from '../../harness/people.ts';
import { type Asset, as, nobody, openStudio, type Studio } from './studio.ts';

let studio: Studio;
let ann: Person;
let bob: Person;
let admin: Person;
beforeAll(async () => {
  studio = await openStudio();
  ({ ann, bob, admin } = studio);
});
afterAll(() => studio.close());

const itemsOf = async (id: string): Promise<Asset[]> =>
  (await studio.world.client.get(`/media/assets?entity_type=story&entity_id=${id}`)).body.items;
const patch = (id: string, query: string, person: Person | undefined = ann) =>
  studio.world.client.patch(`/media/assets/${id}?${query}`, undefined, as(person));
const order = (id: string, list: string, person: Person | undefined = ann) =>
  studio.world.client.patch(
    `/media/assets/order?entity_type=story&entity_id=${id}&ordered_ids=${list}`,
    null,
    as(person),
  );
const remove = (id: string, person: Person | undefined = ann) =>
  studio.world.client.delete(`/media/assets/${id}`, as(person));

describe('order and rank', () => {
  test('the named ones come first, the others keep their order; the main one leads', async () => {
    const { id, assets } = await studio.newGallery(4);
    const [a, b, c, d] = assets.map((asset) => asset.id) as [string, string, string, string];
    const answer = await order(id, `${d},${b}`);
    expect(answer.status).toBe(200);
    expect(answer.body.items.map((asset: Asset) => [asset.id, asset.order_index])).toEqual([
      [a, 2],
      [d, 0],
      [b, 1],
      [c, 3],
    ]);
    expect(await itemsOf(id)).toEqual(answer.body.items);
  });

  test('refusals of an order', async () => {
    const { id, assets } = await studio.newGallery(1);
    const [stranger] = (await studio.newGallery(1)).assets as [Asset];
    const own = assets[0]?.id as string;
    const codes = [];
    for (const answer of [
      await order(id, stranger.id),
      await order(id, nobody),
      await order(id, ''),
      await order(id, own, bob),
      await order(nobody, own),
      await studio.world.client.patch(`/media/assets/order?entity_type=story&entity_id=${id}`, null),
    ])
      codes.push([answer.status, answer.body.code]);
    expect(codes).toEqual([
      [400, 'media.bad_assets'],
      [400, 'media.bad_assets'],
      [400, 'media.bad_assets'],
      [403, 'story.not_yours'],
      [404, 'story.not_found'],
      [401, 'auth.not_authenticated'],
    ]);
  });

  test('being made the main one makes the cover; ceasing to be it leaves the cover', async () => {
    const { id, assets } = await studio.newGallery(2);
    const [one, two] = assets as [Asset, Asset];
    const made = await patch(two.id, 'is_primary=true&order_index=7');
    expect(made.body).toMatchObject({ id: two.id, is_primary: true, order_index: 7 });
    expect(await studio.shown('story', id)).toBe(two.url);
    expect((await itemsOf(id)).map((asset) => [asset.id, asset.is_primary])).toEqual([
      [two.id, true],
      [one.id, false],
    ]);
    expect((await patch(two.id, 'is_primary=0')).body.is_primary).toBe(false);
    expect(await studio.shown('story', id)).toBe(two.url);
    const before = (await patch(two.id, '')).body;
    studio.world.clock.advance(5);
    expect((await patch(two.id, '')).body).toEqual(before);
  });

  test('refusals of a change', async () => {
    const [loose] = (await studio.uploaded()) as [Asset];
    const primary = await patch(loose.id, 'is_primary=true');
    expect([primary.status, primary.body.code]).toEqual([400, 'media.not_attached']);
    expect((await patch(loose.id, 'order_index=3')).body.order_index).toBe(3);
    for (const [query, person, status] of [
      ['order_index=1', bob, 403],
      ['order_index=-1', ann, 422],
      ['order_index=x', ann, 422],
      ['is_primary=perhaps', ann, 422],
      ['order_index=4', admin, 200],
    ] as const)
      expect((await patch(loose.id, query, person)).status).toBe(status);
    expect((await patch(nobody, 'order_index=1')).status).toBe(404);
    expect((await studio.world.client.patch(`/media/assets/${loose.id}?order_index=1`)).status).toBe(401);
  });
});

describe('deleting', () => {
  test('the next one takes the place of the shown one; with the last one the cover is gone', async () => {
    const { id, assets } = await studio.newGallery(3);
    const [one, two, three] = assets as [Asset, Asset, Asset];
    const gone = await remove(one.id);
    expect([gone.status, gone.text]).toEqual([204, '']);
    expect(await studio.shown('story', id)).toBe(two.url);
    expect((await itemsOf(id)).map((asset) => [asset.id, asset.is_primary])).toEqual([
      [two.id, true],
      [three.id, false],
    ]);
    expect(
      (await studio.world.client.delete(`/media/assets?asset_ids=${two.id}&asset_ids=${three.id}`, as(ann))).status,
    ).toBe(204);
    expect(await studio.shown('story', id)).toBeNull();
    expect(await itemsOf(id)).toEqual([]);
    expect((await remove(one.id)).status).toBe(404);
    // Other texts may show the file.
    expect((await studio.world.client.get(one.url)).status).toBe(200);
  });

  test('a cover that was set by hand stays', async () => {
    const { id, assets } = await studio.newGallery(1);
    await studio.sql`update stories set cover_url = '/static/hand.png' where id = ${id}`;
    await remove(assets[0]?.id as string);
    expect(await studio.shown('story', id)).toBe('/static/hand.png');
  });

  test('all or none, and only by the owner and administrators', async () => {
    const { id, assets } = await studio.newGallery(2);
    const [one, two] = assets as [Asset, Asset];
    const bulk = (list: string, person: Person | undefined) =>
      studio.world.client.delete(`/media/assets?asset_ids=${list}`, as(person));
    expect((await bulk(`${one.id},${nobody}`, ann)).body.code).toBe('media.not_found');
    expect((await bulk(`${one.id}`, bob)).body.code).toBe('media.not_yours');
    expect((await bulk(`${one.id}`, undefined)).status).toBe(401);
    expect((await studio.world.client.delete('/media/assets', as(ann))).body.code).toBe('media.bad_assets');
    expect((await remove(one.id, bob)).status).toBe(403);
    expect(await itemsOf(id)).toHaveLength(2);
    expect((await remove(one.id, admin)).status).toBe(204);
    expect(await studio.shown('story', id)).toBe(two.url);
  });

  test('all pictures at once, one by one and together: the cover is gone and nothing hangs', async () => {
    const { id, assets } = await studio.newGallery(10);
    const answers = await Promise.all([
      ...assets.map((asset) => remove(asset.id)),
      studio.world.client.delete(`/media/assets?asset_ids=${assets.map((asset) => asset.id).join(',')}`, as(ann)),
      ...assets.map((asset) => patch(asset.id, 'is_primary=1')),
    ]);
    for (const { status } of answers) expect(status).toBeOneOf([200, 204, 404]);
    expect(await itemsOf(id)).toEqual([]);
    expect(await studio.shown('story', id)).toBeNull();
  });
});

describe('what there is not', () => {
  test('an image model: 503; jobs: 404; events are taken', async () => {
    const generate = await studio.world.client.post('/media/generate?prompt=a%20cat&count=2', null, as(ann));
    expect([generate.status, generate.body.code]).toEqual([503, 'media.no_provider']);
    expect((await studio.world.client.post('/media/generate')).status).toBe(401);
    expect((await studio.world.client.get('/media/jobs/abc', as(ann))).body.code).toBe('media.job_not_found');
    expect((await studio.world.client.post('/media/jobs/abc/cancel', null, as(ann))).status).toBe(404);
    expect((await studio.world.client.get('/media/jobs/abc')).status).toBe(401);
    expect((await studio.world.client.post('/media/jobs/abc/cancel')).status).toBe(401);
    expect((await studio.world.client.post('/media/events?event=image.opened', null)).body).toEqual({ ok: true });
    expect((await studio.world.client.post('/media/events?event=%0ainjected', null)).status).toBe(422);
    expect((await studio.world.client.post('/media/events')).status).toBe(422);
  });
});
