import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type Person, signUp } from '../../harness/people.ts';
import { bytesOf, picture, upload } from '../files/pictures.ts';
import { type Asset, as, nobody, of, openStudio, type Studio } from './studio.ts';

let studio: Studio;
let ann: Person;
let bob: Person;
let admin: Person;
beforeAll(async () => {
  studio = await openStudio();
  ({ ann, bob, admin } = studio);
});
afterAll(() => studio.close());

const ids = (body: { items: Asset[] }) => body.items.map(({ id }) => id);

describe('uploading', () => {
  test('pictures with their facts, the caller’s own until they are attached', async () => {
    const cas = await signUp(studio.world);
    const answer = await upload(studio.world.client, cas.token, [await picture('jpeg', 120, 90)], '/media/upload');
    expect(answer.status).toBe(200);
    expect(answer.body.items).toEqual([
      {
        id: expect.any(String),
        entity_type: null,
        entity_id: null,
        url: expect.stringMatching(/^\/static\/[0-9a-f]{64}\.jpg$/),
        width: 120,
        height: 90,
        is_primary: false,
        order_index: 0,
        status: 'ready',
        provider: 'upload',
        model: null,
        seed: null,
        ratio: '4:3',
        phash: expect.stringMatching(/^[0-9a-f]{16}$/),
        created_at: expect.any(String),
        updated_at: expect.any(String),
      },
    ]);
    expect((await studio.world.client.get('/media/assets', as(cas))).body).toEqual(answer.body);
    expect((await studio.world.client.get('/media/assets', as(bob))).body.items).toEqual([]);
    expect((await studio.world.client.get('/media/assets')).status).toBe(401);
  });

  test('refusals are those of /files/upload', async () => {
    expect((await upload(studio.world.client, undefined, [await picture()], '/media/upload')).status).toBe(401);
    const bad = await upload(studio.world.client, ann.token, [bytesOf('<svg/>')], '/media/upload');
    expect([bad.status, bad.body.code]).toEqual([400, 'files.not_an_image']);
    expect((await upload(studio.world.client, ann.token, [], '/media/upload')).status).toBe(422);
  });
});

describe('attaching', () => {
  test('the first picture becomes avatar or cover when nothing is there; later ones line up behind', async () => {
    for (const type of ['character', 'story'] as const) {
      const id = await studio.create(type);
      const [one, two, three] = (await studio.uploaded(3)) as [Asset, Asset, Asset];
      const first = await studio.attach(ann, type, id, [two, one]);
      expect(first.status).toBe(200);
      expect(first.body.items).toMatchObject([
        { id: two.id, is_primary: true, order_index: 0, entity_type: type, entity_id: id },
        { id: one.id, is_primary: false, order_index: 1 },
      ]);
      expect(await studio.shown(type, id)).toBe(two.url);
      await studio.attach(ann, type, id, [three]);
      expect(await studio.shown(type, id)).toBe(two.url);
      // Again, and now as the main one: no second copy.
      const again = await studio.attach(ann, type, id, [three], '&as_primary=True');
      expect(ids(again.body)).toEqual([three.id, two.id, one.id]);
      expect(await studio.shown(type, id)).toBe(three.url);
      expect((await studio.gallery(type, id)).body).toEqual(again.body);
    }
  });

  test('an avatar that was set by hand is only replaced when that is asked for', async () => {
    const id = await studio.create('character');
    await studio.sql`update characters set avatar_url = '/static/hand.png' where id = ${id}`;
    const [one, two] = (await studio.uploaded(2)) as [Asset, Asset];
    await studio.attach(ann, 'character', id, [one]);
    expect(await studio.shown('character', id)).toBe('/static/hand.png');
    await studio.attach(ann, 'character', id, [two], '&as_primary=0');
    expect(await studio.shown('character', id)).toBe('/static/hand.png');
    await studio.attach(ann, 'character', id, [two], '&as_primary=1');
    expect(await studio.shown('character', id)).toBe(two.url);
  });

  test('lists of ids come in every spelling', async () => {
    const id = await studio.create('character');
    const [one, two] = (await studio.uploaded(2)) as [Asset, Asset];
    for (const list of [
      `asset_ids=${one.id}&asset_ids=${two.id}`,
      `asset_ids=${one.id},${two.id}`,
      `asset_ids[]=${one.id}&asset_ids[]=${two.id}`,
      `asset_ids=${one.id}&asset_ids=${two.id}&asset_ids=${one.id}`,
    ]) {
      const answer = await studio.world.client.post(
        `/media/assets/attach?${of('character', id)}&${list}`,
        undefined,
        as(ann),
      );
      expect([answer.status, ids(answer.body)]).toEqual([200, [one.id, two.id]]);
    }
  });

  test('who may: the owner alone', async () => {
    const id = await studio.create('character');
    const story = await studio.create('story');
    const deleted = await studio.create('story');
    await studio.sql`update stories set deleted_at = now(), is_public = false where id = ${deleted}`;
    const [mine] = (await studio.uploaded()) as [Asset];
    const [theirs] = (await studio.uploaded(1, bob)) as [Asset];
    const other = await studio.create('character');
    await studio.attach(ann, 'character', other, [mine]);
    const cases: [Person | undefined, string, string, { id: string }[], number, string][] = [
      [undefined, 'character', id, [mine], 401, 'auth.not_authenticated'],
      [bob, 'character', id, [theirs], 403, 'character.not_yours'],
      [admin, 'character', id, [mine], 403, 'character.not_yours'],
      [bob, 'story', story, [theirs], 403, 'story.not_yours'],
      [ann, 'character', nobody, [mine], 404, 'character.not_found'],
      [ann, 'story', nobody, [mine], 404, 'story.not_found'],
      [ann, 'story', deleted, [mine], 404, 'story.not_found'],
      [ann, 'character', id, [theirs], 400, 'media.bad_assets'],
      [ann, 'character', id, [{ id: nobody }], 400, 'media.bad_assets'],
      [ann, 'character', id, [], 400, 'media.bad_assets'],
      [ann, 'character', id, [mine], 400, 'media.bad_assets'],
      [ann, 'character', id, [{ id: 'x' }], 400, 'media.bad_assets'],
      [ann, 'character', id, Array.from({ length: 101 }, () => ({ id: crypto.randomUUID() })), 400, 'media.bad_assets'],
      [ann, 'user', id, [mine], 422, 'http.invalid'],
      [ann, 'character', 'x', [mine], 422, 'http.invalid'],
    ];
    for (const [person, type, entity, assets, status, code] of cases) {
      const answer = await studio.attach(person, type, entity, assets);
      expect([answer.status, answer.body.code]).toEqual([status, code]);
    }
    expect(await studio.shown('character', id)).toBeNull();
  });

  test('a gallery has room for a hundred', async () => {
    const id = await studio.create('character');
    await studio.sql`
      insert into media_assets (id, owner_id, character_id, url, width, height, provider, phash)
      select gen_random_uuid(), ${ann.id}, ${id}, '/static/x.png', 1, 1, 'upload', '0' from generate_series(1, 99)`;
    const [one, two] = (await studio.uploaded(2)) as [Asset, Asset];
    expect((await studio.attach(ann, 'character', id, [one, two])).body.code).toBe('media.too_many');
    expect((await studio.attach(ann, 'character', id, [one])).status).toBe(200);
    expect((await studio.attach(ann, 'character', id, [two])).status).toBe(400);
  });

  test('thirty at once, each as the main one: one is, and it is the avatar', async () => {
    const id = await studio.create('character');
    const assets = [...(await studio.uploaded(10)), ...(await studio.uploaded(10)), ...(await studio.uploaded(10))];
    const answers = await Promise.all(
      assets.map((asset) => studio.attach(ann, 'character', id, [asset], '&as_primary=true')),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(30).fill(200));
    const { items } = (await studio.gallery('character', id)).body as { items: Asset[] };
    const main = items.filter((asset) => asset.is_primary);
    expect(main).toHaveLength(1);
    expect(await studio.shown('character', id)).toBe(main[0]?.url ?? '');
    expect(items.map(({ order_index }) => order_index).sort((a, b) => a - b)).toEqual([...Array(30).keys()]);
  });
});
