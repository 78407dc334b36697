import { afterAll, beforeAll, expect, test } from 'bun:test';
import { loadConfig } from '../../src/config.ts';
import { type Ctx, closeContext, openContext } from '../../src/context.ts';
import { createLogger } from '../../src/lib/log.ts';
import { createCharacter } from '../../src/modules/characters/create.ts';
import { START_SETS } from '../harness/chat.ts';
import { until } from '../harness/until.ts';
import { closeWindow } from '../modules/points/purse.ts';
import { creditThrough } from './storm/clients.ts';
import { type House, openHouse } from './storm/house.ts';
import { randomOf, seedOf } from './storm/random.ts';
import { killInTurn } from './storm/storm.ts';
import { startTalking } from './storm/talkers.ts';
import { makeUsers, type User } from './storm/users.ts';
import { settled } from './storm/verdict.ts';

// Paid turns while API processes, the worker, Postgres and Redis are killed, and an API is stopped for longer than its
// turns may be silent. STORM=long (bun run test:faults) goes on until 2,000 turns were answered.

const long = process.env.STORM === 'long';
const size = long ? { users: 16, kills: 6, turns: 2_000 } : { users: 6, kills: 3, turns: 20 };
/** A silent turn is taken back after ten seconds; the paused process wakes up after that. */
const PAUSE_MS = 13_000;
const PRICE_POINTS = 5;
const CREDIT_POINTS = 1_000_000;

let house: House;
let ctx: Ctx;
let users: User[];
let characterId: string;
beforeAll(async () => {
  const slow = { OFFLINE_LLM_CHARS_PER_SECOND: '1500' };
  house = await openHouse({ apiEnv: [slow, slow] });
  ctx = await openContext(loadConfig(house.env), { log: createLogger('silent') });
  users = await makeUsers(house.sql, house.env.JWT_SECRET_KEY as string, size.users);
  await house.sql`update users set preferred_sub_model = 'gpt-5.1'`;
  const [creator] = users;
  if (!creator) throw new Error('nobody there');
  characterId = await createCharacter(
    ctx,
    { kind: 'member', userId: creator.id, sessionId: '', isAdmin: false },
    { name: 'Mina', description: 'A keeper.', greeting: 'Good evening.', isPublic: true, startSets: START_SETS },
  );
  const credit = creditThrough(ctx);
  for (const { id } of users) await credit(id, CREDIT_POINTS, `start:${id}`);
  await closeWindow(ctx);
}, 60_000);
afterAll(async () => {
  await closeContext(ctx);
  await house.end();
}, 60_000);

test('rooms, numbers and points are right whatever was killed or stopped in the middle of turns', async () => {
  const random = randomOf(seedOf('chat storm'));
  const { talk, stop } = startTalking(users, { apis: house.apis, random, characterId });
  await until(() => talk.answers.length > 0, { timeoutMs: 30_000, what: 'the first answer' });
  do {
    const [stopped, killed] = random.pick([
      ['api 1', 'api 2'],
      ['api 2', 'api 1'],
    ] as const);
    house.pause(stopped);
    const awake = Bun.sleep(PAUSE_MS).then(() => house.resume(stopped));
    await killInTurn(house, random, size.kills, { only: ['worker', 'postgres', 'redis'] });
    await awake;
    await killInTurn(house, random, 1, { only: [killed] });
  } while (talk.answers.length < size.turns);
  await stop();
  expect(talk.strange).toEqual([]);
  expect(talk.unknown).toBe(0);
  expect(talk.repeats).toBeGreaterThan(0);

  // Nothing runs, nothing waits: then what every room and purse says must agree.
  const nothing = async () => (await house.sql`select 1 from turns where status = 'running'`).length === 0;
  await until(nothing, { timeoutMs: 40_000, everyMs: 200, what: 'the end of every turn' });
  await settled(house);
  const wrong = () => house.sql`
    select 'numbers of a room' as what, room_id::text as where_ from turns where status = 'done'
      group by room_id having max(turn_no) <> count(*) or min(turn_no) <> 1
    union all select 'count of turns', r.id::text from rooms r
      where turn_count <> (select count(*) from turns t where t.room_id = r.id and t.status = 'done')
    union all select 'count of messages', r.id::text from rooms r
      where message_count <> (select count(*) from messages m where m.room_id = r.id)
    union all select 'a turn without its two messages', t.id::text from turns t where status = 'done'
      and array(select m.part from messages m where m.turn_id = t.id and m.part <> 'ending' order by m.seq) <> array['user', 'reply']::varchar[]
    union all select 'messages of a failed turn', t.id::text from turns t
      where status = 'failed' and exists (select 1 from messages m where m.turn_id = t.id)
    union all select 'a key with two effects', idempotency_key from turns where status = 'done'
      group by idempotency_key having count(*) > 1
    union all select 'points', u.id::text from users u
      where ${CREDIT_POINTS}::bigint - ${PRICE_POINTS} * (
        select count(*) from turns t join rooms r on r.id = t.room_id where r.user_id = u.id and t.status = 'done')
      <> (select coalesce(sum(delta), 0) from point_ledger l where l.user_id = u.id)`;
  // Refunds are jobs: the last ones may be on their way.
  await until(async () => (await wrong()).length === 0, { timeoutMs: 40_000, everyMs: 500, what: 'agreement' }).catch(
    async () => expect([...(await wrong())]).toEqual([]),
  );
  const rows = await house.sql<{ id: string; content: string; key: string }[]>`
    select m.id, m.content, t.idempotency_key as key from messages m join turns t on t.id = m.turn_id where m.part = 'reply'`;
  const stored = new Map(rows.map((row) => [row.id, row]));
  const lost = talk.answers.filter(({ messageId, content, key }) => {
    const row = stored.get(messageId);
    return row?.content !== content || row.key !== key;
  });
  expect(lost).toEqual([]);
  const [failed] = await house.sql`select count(*)::int as n from turns where status = 'failed'`;
  console.log(`chat storm: ${talk.answers.length} turns answered, ${failed?.n} taken back, ${talk.repeats} repeats`);
  expect(house.unexpected).toEqual([]);
}, 1_800_000);
