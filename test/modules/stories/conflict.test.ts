import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { makeStory } from './shelf.ts';

let world: World;
let owner: Person;
let stranger: Person;
beforeAll(async () => {
  world = await createWorld();
  [owner, stranger] = await Promise.all([signUp(world), signUp(world)]);
});
afterAll(() => world.close());

const nobody = '00000000-0000-7000-8000-000000000000';
const read = async (id: string, token = owner.token) => (await world.client.get(`/stories/${id}`, { token })).body;
const put = (id: string, body: unknown, { token = owner.token, ifMatch }: { token?: string; ifMatch?: string } = {}) =>
  world.client.put(`/stories/${id}`, body, { token, headers: ifMatch === undefined ? {} : { 'if-match': ifMatch } });

describe('If-Match', () => {
  test('an edit of what somebody else has changed meanwhile is a 412', async () => {
    const { id } = await makeStory(world, owner);
    const etag = (await world.client.get(`/stories/${id}`)).headers.get('etag') as string;
    const first = await put(id, { title: 'first' }, { ifMatch: etag });
    expect(first.status).toBe(200);
    const second = await put(id, { title: 'second' }, { ifMatch: etag });
    expect([second.status, second.body.code]).toEqual([412, 'http.changed_meanwhile']);
    const next = first.headers.get('etag') as string;
    for (const ifMatch of [`W/${next}`, 'x', '', '""'])
      expect((await put(id, { title: 'x' }, { ifMatch })).status).toBe(412);
    expect((await put(id, { title: 'third' }, { ifMatch: `"7", ${next}` })).status).toBe(200);
    expect((await put(id, { title: 'fourth' }, { ifMatch: '*' })).status).toBe(200);
    expect((await put(id, { title: 'fifth' })).status).toBe(200);
    expect((await put(id, { title: 'x' }, { ifMatch: '*', token: stranger.token })).status).toBe(403);
    expect((await put(nobody, { title: 'x' }, { ifMatch: '*' })).status).toBe(404);
  });

  test('ten at once from one page: one of them is written', async () => {
    const { id } = await makeStory(world, owner, { keywords: ['a'] });
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => put(id, { title: `t${i}`, keywords: [`k${i}`] }, { ifMatch: '"1"' })),
    );
    const winners = answers.filter(({ status }) => status === 200);
    expect([winners.length, answers.filter(({ status }) => status === 412).length]).toEqual([1, 9]);
    const story = await read(id);
    expect(story.title).toBe(winners[0]?.body.title);
    expect(story.tags).toEqual(story.keywords);
  });

  test('likes, views, comments and announcements are no edits', async () => {
    const { id } = await makeStory(world, owner);
    const token = stranger.token;
    await world.client.post(`/stories/${id}/like`, undefined, { token });
    await world.client.post(`/stories/${id}/comments`, { content: 'x' }, { token });
    await world.client.post(`/stories/${id}/announcements`, { content: 'x' }, { token: owner.token });
    expect((await put(id, { title: 'x' }, { ifMatch: '"1"' })).status).toBe(200);
  });
});

test('edits at once without If-Match: tags are those of the keywords that stay', async () => {
  const { id } = await makeStory(world, owner);
  await Promise.all(Array.from({ length: 12 }, (_, i) => put(id, { keywords: [`x${i}`, `y${i % 3}`] })));
  const story = await read(id);
  expect(story.tags).toEqual([...story.keywords].sort());
});
