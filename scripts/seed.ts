import { loadConfig } from '../src/config.ts';
import { closeContext, openContext } from '../src/context.ts';
import { ensureAccount } from '../src/modules/auth/accounts.ts';
import { ensureProducts } from '../src/modules/payments/products.ts';
import { demoAccounts } from './demo-accounts.ts';
import { runScript } from './run-script.ts';

const HELP = `bun run seed

Puts the demonstration accounts and the first products into the database that DATABASE_URL names, or that a running \`up\`
left in DATA_DIR. What is there already stays as it is. Not for production.`;

await runScript(HELP, async () => {
  const config = loadConfig();
  if (config.production) throw new Error('The demonstration accounts are not for production.');
  const ctx = await openContext(config);
  try {
    for (const account of demoAccounts) {
      const outcome = await ensureAccount(ctx, account, { overwrite: false });
      console.log(`${outcome.padEnd(8)} ${account.email}`);
    }
    console.log(`${await ensureProducts(ctx)} products created`);
  } finally {
    await closeContext(ctx);
  }
});
