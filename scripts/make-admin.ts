import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { loadConfig } from '../src/config.ts';
import { closeContext, openContext } from '../src/context.ts';
import { ensureAccount, findAccount } from '../src/modules/auth/accounts.ts';
import { passwordFault } from '../src/modules/auth/password-rule.ts';
import { runScript } from './run-script.ts';

const HELP = `bun run make-admin EMAIL

Makes the account an admin; creates it, verified, when there is none. Its password then comes from
ADMIN_PASSWORD or is asked for at the terminal. An existing account keeps its password.`;

await runScript(HELP, async ([email]) => {
  if (!email?.includes('@')) throw new Error(`An e-mail address is needed.\n\n${HELP}`);
  const ctx = await openContext(loadConfig());
  try {
    const existing = await findAccount(ctx, email);
    const password = existing ? undefined : await askPassword();
    const username = existing?.username ?? email.slice(0, email.indexOf('@')).padEnd(2, '_');
    const outcome = await ensureAccount(ctx, { email, username, password, isAdmin: true }, { overwrite: true });
    console.log(`${outcome}: ${email} is an admin.`);
  } finally {
    await closeContext(ctx);
  }
});

async function askPassword(): Promise<string> {
  const password = process.env.ADMIN_PASSWORD ?? (await readFromTerminal());
  if (passwordFault(password))
    throw new Error('The password must have 8 to 100 characters, among them a letter and a digit.');
  return password;
}

const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });

/** Asks without showing what is typed. */
async function readFromTerminal(): Promise<string> {
  if (!process.stdin.isTTY)
    throw new Error('There is no account with this address yet: set ADMIN_PASSWORD, or run this at a terminal.');
  process.stdout.write('Password for the new account (not shown): ');
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await terminal.question('');
  } finally {
    terminal.close();
    process.stdout.write('\n');
  }
}
