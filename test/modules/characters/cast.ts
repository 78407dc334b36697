import { ensureAccount } from '../../../src/modules/auth/accounts.ts';
import { logIn, newNames, PASSWORD, type Person } from '../../harness/people.ts';
import type { World } from '../../harness/world.ts';

/** A character made through the wizard's route; `sections` go over a plain public one. */
export async function makeCharacter(world: World, owner: { token: string }, sections: Record<string, unknown> = {}) {
  const answer = await world.client.post(
    '/characters/advanced',
    { ...sections, basic_info: { name: 'Mina', description: 'keeps bees', ...(sections.basic_info as object) } },
    { token: owner.token },
  );
  if (answer.status !== 201) throw new Error(`create: ${answer.status} ${answer.text}`);
  return answer.body;
}

/** Like `signUp`, but an administrator. */
export async function signUpAdmin(world: World): Promise<Person> {
  const names = newNames();
  await ensureAccount(world.ctx, { ...names, password: PASSWORD, isAdmin: true }, { overwrite: false });
  const tokens = await logIn(world.client, names.email);
  const { body } = await world.client.get('/auth/me', { token: tokens.token });
  return { ...names, id: body.id, password: PASSWORD, ...tokens };
}

/** An opening with everything a creator keeps to himself. */
export const secretSets = {
  selectedId: 'o1',
  items: [
    {
      id: 'o1',
      title: 'Dawn',
      intro: 'The bees are gone.',
      firstLine: 'Who are you?',
      turn_events: [{ id: 'e1', title: 'TOPSECRET event', about_turn: 5 }],
      ending_settings: { min_turns: 10, endings: [{ id: 'x1', turn: 20, title: 'TOPSECRET', epilogue: 'TOPSECRET' }] },
      stat_settings: { stats: [{ id: 's1', name: 'TOPSECRET', min_value: 0, max_value: 100, base_value: 5 }] },
    },
  ],
  sim_options: { max_turns: 120 },
  setting_book: { items: [{ id: 'm1', detail: 'TOPSECRET memo', triggers: ['bee'] }] },
  profile_concept: { enabled: true, text: 'TOPSECRET concept' },
};
