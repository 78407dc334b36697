import type { World } from '../../harness/world.ts';

/** A story made through the API; `fields` go over a plain public one. */
export async function makeStory(world: World, owner: { token: string }, fields: Record<string, unknown> = {}) {
  const body = { title: 'The beekeeper', content: 'Once the bees came back from the sea.', ...fields };
  const answer = await world.client.post('/stories', body, { token: owner.token });
  if (answer.status !== 200) throw new Error(`create: ${answer.status} ${answer.text}`);
  return answer.body;
}
