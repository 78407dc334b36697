import postgres from 'postgres';

/** A longer statement writes many rows: its text hardly comes again, and every session would keep its plan for nothing. */
const MAX_TEXT_CHARS = 6_000;

type Session = Pick<postgres.Sql, 'unsafe'>;
type Work = (tx: postgres.TransactionSql) => Promise<unknown>;

/**
 * Has what drizzle sends prepared once per session, by its text: after that a statement is one round trip and not planned
 * from the start. drizzle itself sends unnamed statements, which take two round trips each. `beginAs` is said with every
 * `begin` (such as `read write`), where drizzle would send a statement of its own. Changes the client and returns it.
 */
export function preparing(client: postgres.Sql, beginAs: string): postgres.Sql {
  prepareStatements(client);
  const begin = client.begin.bind(client) as (options: string, work: Work) => Promise<unknown>;
  return Object.assign(client, {
    begin: (work: Work) =>
      begin(beginAs, (tx) => {
        prepareStatements(tx);
        return work(tx).catch((error: unknown) => {
          throw whyAborted(error);
        });
      }),
  });
}

/**
 * Of statements sent together the first that fails ends the transaction; the others hear only that it is over. postgres.js
 * rejects with the first, if it recognises what it is given: not in drizzle's wrapping.
 */
function whyAborted(error: unknown): unknown {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof postgres.PostgresError && cause.code === '25P02' ? cause : error;
}

function prepareStatements(session: Session): void {
  const { unsafe } = session;
  Object.assign(session, {
    unsafe(text: string, values: never[] = [], options?: object) {
      // Without values it goes as a simple query, which is one round trip already.
      const prepare = values.length > 0 && text.length <= MAX_TEXT_CHARS;
      return unsafe(text, values, { ...options, prepare });
    },
  });
}
