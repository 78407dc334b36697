import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Person } from '../../harness/people.ts';
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

describe('who sees a gallery', () => {
  test('anyone that of a public entity; the owner and administrators that of a private one', async () => {
    for (const type of ['character', 'story'] as const) {
      const [shown, secret] = [await studio.create(type), await studio.create(type, { isPublic: false })];
      const [one, two] = (await studio.uploaded(2)) as [Asset, Asset];
      await studio.attach(ann, type, shown, [one]);
      await studio.attach(ann, type, secret, [two]);
      for (const person of [undefined, bob, ann, admin])
        expect(ids((await studio.gallery(type, shown, person)).body)).toEqual([one.id]);
      for (const person of [ann, admin])
        expect(ids((await studio.gallery(type, secret, person)).body)).toEqual([two.id]);
      for (const person of [undefined, bob]) {
        const refused = await studio.gallery(type, secret, person);
        expect([refused.status, refused.body.code]).toEqual([403, `${type}.private`]);
        expect(refused.text).not.toContain(two.url);
      }
      const stale = (path: string) => studio.world.client.get(path, { headers: { authorization: 'Bearer stale' } });
      expect((await stale(`/media/assets?${of(type, secret)}`)).status).toBe(401);
      expect((await stale(`/media/assets?${of(type, shown)}`)).status).toBe(200);
      expect((await studio.gallery(type, nobody)).body.code).toBe(`${type}.not_found`);
    }
    expect((await studio.world.client.get(`/media/assets?entity_id=${nobody}`)).status).toBe(422);
    expect((await studio.world.client.get('/media/assets?entity_type=character')).status).toBe(422);
  });

  test('images that the creator keeps private are left out by the server', async () => {
    const id = await studio.create('character');
    const [open, secret] = (await studio.uploaded(2)) as [Asset, Asset];
    await studio.attach(ann, 'character', id, [open, secret]);
    const images = [
      { description: '', url: secret.url, keywords: [], is_public: false },
      { description: '', url: open.url, keywords: [] },
    ];
    await studio.sql`update characters set image_descriptions = ${studio.sql.json(images)} where id = ${id}`;
    for (const person of [undefined, bob]) {
      const answer = await studio.gallery('character', id, person);
      expect(ids(answer.body)).toEqual([open.id]);
      expect(answer.text).not.toContain(secret.url);
    }
    for (const person of [ann, admin])
      expect(ids((await studio.gallery('character', id, person)).body)).toEqual([open.id, secret.id]);
  });

  test('what belongs to a character goes with it', async () => {
    const id = await studio.create('character');
    const [one] = (await studio.uploaded()) as [Asset];
    await studio.attach(ann, 'character', id, [one]);
    expect((await studio.world.client.delete(`/characters/${id}`, as(ann))).status).toBeOneOf([200, 204]);
    expect(await studio.sql`select 1 from media_assets where id = ${one.id}`).toHaveLength(0);
    expect((await studio.world.client.patch(`/media/assets/${one.id}`, undefined, as(ann))).status).toBe(404);
  });
});
