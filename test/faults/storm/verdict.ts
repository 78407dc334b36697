import { Redis } from 'ioredis';
import { txIdOf } from '../../../src/modules/points/tx-id.ts';
import { until } from '../../harness/until.ts';
import type { Ack, History } from './clients.ts';
import type { House } from './house.ts';
import type { User } from './users.ts';

export type Verdict = {
  /** Acknowledged uses that are not in the ledger as they were acknowledged. */
  lost: Ack[];
  /** What must be empty whatever happened. */
  wrong: string[];
};

/** Waits until nothing is in the journal any more. */
export async function settled(house: House, shards = 1): Promise<void> {
  const redis = new Redis(house.redisUrl);
  try {
    await until(
      async () => {
        for (let shard = 0; shard < shards; shard += 1)
          if ((await redis.xlen(`points:{${shard}}:outbox`)) > 0) return false;
        return true;
      },
      { timeoutMs: 60_000, everyMs: 50, what: 'an empty journal' },
    );
  } finally {
    redis.disconnect();
  }
}

/** Compares what clients saw with the ledger, and the ledger with itself and with Redis, when nothing moves any more. */
export async function judge(house: House, users: User[], history: History): Promise<Verdict> {
  const { sql } = house;
  const rows = await sql<
    { tx_id: string; user_id: string; delta: string }[]
  >`select tx_id, user_id, delta from point_ledger`;
  const ledger = new Map(rows.map((row) => [row.tx_id, row]));
  const matches = (txId: string, userId: string, delta: number) => {
    const row = ledger.get(txId);
    return row?.user_id === userId && Number(row.delta) === delta;
  };
  const lost = history.acks.filter((ack) => !matches(ack.txId, ack.userId, -ack.amount));
  const wrong: string[] = [];
  for (const [cause, { userId, amount }] of history.credits)
    if (!matches(txIdOf(cause), userId, amount)) wrong.push(`credit ${cause} is not in the ledger`);
  const ids = history.acks.map((ack) => ack.txId);
  if (new Set(ids).size !== ids.length) wrong.push('two uses were answered with one tx id');
  const faults = await sql<{ user_id: string; what: string }[]>`
    select user_id, 'the ledger does not add up to the balance' as what
    from point_balances b left join lateral (
      select coalesce(sum(delta), 0) as sum, count(*) as rows, max(version) as newest, min(balance_after) as least
      from point_ledger l where l.user_id = b.user_id) l on true
    where l.sum <> b.balance or l.rows <> b.version or coalesce(l.newest, 0) <> b.version or b.balance < 0 or l.least < 0
    union all
    select user_id, 'balance_after is not the running sum' from (
      select user_id, balance_after, sum(delta) over (partition by user_id order by version) as running from point_ledger) r
    where running <> balance_after`;
  for (const { user_id, what } of faults) wrong.push(`${user_id}: ${what}`);
  wrong.push(...(await compareWithRedis(house, users)));
  return { lost, wrong };
}

/** Available at the API = settled, since nothing is pending. */
async function compareWithRedis(house: House, users: User[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const user of users) {
    const answer = await until(
      () =>
        fetch(`${house.apis[0]}/point/balance`, { headers: { authorization: `Bearer ${user.token}` } }).then(
          async (response) =>
            response.ok ? ((await response.json()) as { balance: number; pending: number }) : undefined,
          () => undefined,
        ),
      { timeoutMs: 30_000, what: 'a balance' },
    );
    const [row] = await house.sql<{ balance: string }[]>`select balance from point_balances where user_id = ${user.id}`;
    const balance = Number(row?.balance ?? 0);
    if (answer.balance !== balance || answer.pending !== 0)
      wrong.push(`${user.id}: available ${answer.balance}, pending ${answer.pending}, settled ${balance}`);
  }
  return wrong;
}
