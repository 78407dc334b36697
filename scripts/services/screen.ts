import type { Config } from '../../src/config.ts';
import { author, demoAccounts } from '../demo-accounts.ts';
import { characterFiles, storyFiles } from '../seed/files.ts';

export type Screen = {
  config: Config;
  /** Where the API is reached from this machine. */
  origin: string;
  /** Where Postgres and Redis came from and where they are, without passwords. */
  postgres: string;
  redis: string;
  logs: string;
  seconds: string;
};

type Row = [label: string, value: string, note?: string];

/** The one screen that says what runs, where, and how to try it. */
export function screen(state: Screen): string {
  const { config, origin } = state;
  const links: Row[] = [
    ['API', origin],
    ['Docs', `${origin}/swagger`],
    ['Health', `${origin}/ready`],
  ];
  if (!config.production) links.splice(2, 0, ['Outbox', `${origin}/dev/outbox`, 'mails that were written']);
  const accounts: Row[] = demoAccounts.map(({ username, email, password, isAdmin }) => [
    isAdmin ? 'Admin' : 'Account',
    `${email} / ${password}`,
    `user name ${username}`,
  ]);
  const works = `${characterFiles().length} characters, ${storyFiles().length} stories`;
  accounts.push(['Catalogue', works, `by ${author.username}; written in scripts/seed`]);
  const parts: Row[] = [
    ['Postgres', state.postgres],
    ['Redis', state.redis],
    ['Model', model(config)],
    ['Mail', config.mail.resendApiKey ? 'real: sent through Resend' : 'dev outbox: set RESEND_API_KEY to send'],
    ['Payment', payment(config)],
    ['Logs', state.logs],
  ];
  const next: Row[] = [
    ['Try it', 'bun run demo'],
    ['Stop', 'Ctrl-C'],
  ];
  const groups = [links, ...(config.production ? [] : [accounts]), parts, next];
  return [`Fabula is up (${state.seconds} s).`, ...groups.map(table)].join('\n\n');
}

function payment({ payment: { provider, checkoutUrl } }: Config): string {
  if (provider === 'sandbox') return 'sandbox (no money moves): set STRIPE_SECRET_KEY for real payments';
  if (provider === 'stripe') return 'real: Stripe Checkout';
  return checkoutUrl
    ? `real: ${new URL(checkoutUrl).host}`
    : 'none: set PAYMENT_CHECKOUT_URL or STRIPE_SECRET_KEY to sell';
}

function model({ llm }: Config): string {
  const real = llm.baseUrl !== '' && llm.model !== '';
  if (real) return `real: ${llm.model} at ${new URL(llm.baseUrl).host}`;
  return 'offline (not a model): set LLM_BASE_URL and LLM_MODEL for a real one';
}

function table(rows: Row[]): string {
  const noted = rows.filter((row) => row[2] !== undefined);
  const width = Math.max(0, ...noted.map((row) => row[1].length));
  return rows
    .map(([label, value, note]) => `  ${label.padEnd(10)} ${note ? `${value.padEnd(width)}  ${note}` : value}`)
    .join('\n');
}
