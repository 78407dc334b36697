import { afterAll, beforeAll, expect, test } from 'bun:test';
import { enteredKeys, enterOnce } from '../../../src/modules/catalogue/entries.ts';
import { insertCharacter } from '../../../src/modules/characters/create.ts';
import { insertFirstPicture } from '../../../src/modules/media/first-picture.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
let author: Person;
beforeAll(async () => {
  world = await createWorld();
  author = await signUp(world);
});
afterAll(() => world.close());

const enter = (key: string, name = key) =>
  enterOnce(world.ctx, key, (tx, id, now) =>
    insertCharacter(tx, { id, creatorId: author.id, now, draft: { name, isPublic: true } }),
  );
const named = async (name: string) =>
  (await world.client.get(`/characters?search=${encodeURIComponent(name)}`)).body as { id: string; name: string }[];

test('a key is entered once, however many try at once', async () => {
  const outcomes = await Promise.all(Array.from({ length: 6 }, () => enter('once-only')));
  expect(outcomes.filter(Boolean)).toHaveLength(1);
  expect(await named('once-only')).toHaveLength(1);
  const [made] = await named('once-only');
  expect((await enteredKeys(world.ctx)).get('once-only')).toBe(made?.id ?? '');
});

test('what was renamed stays renamed, and what was deleted stays away', async () => {
  await enter('first-name');
  const [made] = await named('first-name');
  const id = made?.id ?? '';
  const { token } = author;
  expect(
    (await world.client.put(`/characters/advanced/${id}`, { basic_info: { name: 'new-name' } }, { token })).status,
  ).toBe(200);
  expect(await enter('first-name')).toBe(false);
  expect((await named('new-name')).map((found) => found.id)).toEqual([id]);
  expect((await world.client.delete(`/characters/${id}`, { token })).status).toBeLessThan(300);
  expect(await enter('first-name')).toBe(false);
  expect(await named('first-name')).toEqual([]);
});

test('what could not be made is not entered', async () => {
  await expect(enter('half-made', ' ')).rejects.toThrow();
  expect(await enter('half-made')).toBe(true);
});

test('the first picture of a gallery is its main one', async () => {
  const image = {
    url: `/static/${'a'.repeat(64)}.webp`,
    width: 8,
    height: 9,
    kind: 'webp' as const,
    phash: '0'.repeat(16),
  };
  let made = '';
  await enterOnce(world.ctx, 'pictured', async (tx, id, now) => {
    made = id;
    await insertCharacter(tx, { id, creatorId: author.id, now, draft: { name: 'pictured', avatarUrl: image.url } });
    const entity = { type: 'character' as const, id };
    await insertFirstPicture(tx, { ownerId: author.id, entity, image, provider: 'drawing', now });
  });
  const { body } = await world.client.get(`/media/assets?entity_type=character&entity_id=${made}`);
  expect(body.items).toMatchObject([{ url: image.url, is_primary: true, width: 8, height: 9 }]);
});
