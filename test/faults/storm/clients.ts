import type { Ctx } from '../../../src/context.ts';
import { withTx } from '../../../src/db/tx.ts';
import { afterCredit, creditPoints } from '../../../src/modules/points/credit.ts';
import type { Random } from './random.ts';
import type { User } from './users.ts';

export type Ack = { txId: string; userId: string; amount: number; persistence: string; at: number };

/** What the clients of a storm saw. */
export type History = {
  acks: Ack[];
  /** Causes of credits that were committed. */
  credits: Map<string, { userId: string; amount: number }>;
  short: number;
  /** Requests that were sent again, because the answer was lost or was a 5xx. */
  repeats: number;
  /** Uses that were given up without an answer. */
  unknown: number;
  /** Answers that should not be: neither 200 nor 503 nor a lost connection. */
  strange: string[];
};

type Options = {
  apis: string[];
  users: User[];
  random: Random;
  clients: number;
  /** Of ten operations, how many are credits. */
  creditsOfTen: number;
  credit: (userId: string, amount: number, cause: string) => Promise<void>;
};

const REQUEST_MS = 5_000;
const REPEATS = 400;

/**
 * Lets clients use and credit points until `stop` says so. Every use has a key, and is repeated with it, at either API,
 * until it is answered: what a careful caller does.
 */
export function runClients(options: Options): { history: History; stop(): Promise<void> } {
  const history: History = { acks: [], credits: new Map(), short: 0, repeats: 0, unknown: 0, strange: [] };
  let stopping = false;
  let counter = 0;
  const one = async () => {
    const { random, users } = options;
    while (!stopping) {
      const user = random.pick(users);
      counter += 1;
      if (random.int(1, 10) <= options.creditsOfTen)
        await credit(options, history, user, random.int(5, 40), `storm:${counter}`);
      else await use(options, history, user, random.int(1, 9), `key-${counter}`);
    }
  };
  const running = Array.from({ length: options.clients }, one);
  return {
    history,
    async stop() {
      stopping = true;
      await Promise.all(running);
    },
  };
}

async function use(
  { apis, random }: Options,
  history: History,
  user: User,
  amount: number,
  key: string,
): Promise<void> {
  for (let attempt = 0; attempt < REPEATS; attempt += 1) {
    const answer = await send(random.pick(apis), user, amount, key);
    if (answer?.status === 200 && answer.body.success) {
      const { transaction_id: txId, persistence } = answer.body;
      history.acks.push({ txId, userId: user.id, amount, persistence, at: performance.now() });
      return;
    }
    if (answer?.status === 200) {
      history.short += 1;
      return;
    }
    // 500: Postgres went away within authentication, which asks it when Redis has forgotten the session.
    if (answer && answer.status !== 503)
      history.strange.push(`${answer.status} ${JSON.stringify(answer.body).slice(0, 200)}`);
    history.repeats += 1;
    await Bun.sleep(20 + (attempt % 10) * 10);
  }
  history.unknown += 1;
}

type Answer = { status: number; body: { success: boolean; transaction_id: string; persistence: string } };

async function send(api: string, user: User, amount: number, key: string): Promise<Answer | undefined> {
  try {
    const response = await fetch(`${api}/point/use`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${user.token}`,
        'idempotency-key': key,
        'x-user': user.id,
      },
      body: JSON.stringify({ amount, reason: 'storm' }),
      signal: AbortSignal.timeout(REQUEST_MS),
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  } catch {
    return undefined;
  }
}

async function credit(options: Options, history: History, user: User, amount: number, cause: string): Promise<void> {
  for (let attempt = 0; attempt < REPEATS; attempt += 1) {
    try {
      await options.credit(user.id, amount, cause);
      history.credits.set(cause, { userId: user.id, amount });
      return;
    } catch {
      history.repeats += 1;
      await Bun.sleep(50);
    }
  }
  history.unknown += 1;
}

/** A credit as the webhook makes it: in a transaction, then Redis is told; repeated with its cause until it is done. */
export const creditThrough = (ctx: Ctx) => async (userId: string, amountPoints: number, cause: string) => {
  const done = await withTx(ctx.db, (tx) =>
    creditPoints(tx, { userId, amountPoints, kind: 'charge', cause, at: new Date() }),
  );
  await afterCredit(ctx, done);
};
