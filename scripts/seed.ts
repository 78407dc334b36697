import { loadConfig } from '../src/config.ts';
import { closeContext, openContext } from '../src/context.ts';
import { ensureAccount, findAccount } from '../src/modules/auth/accounts.ts';
import { ensureProducts } from '../src/modules/payments/products.ts';
import { author, demoAccounts } from './demo-accounts.ts';
import { runScript } from './run-script.ts';
import { fillCatalogue } from './seed/catalogue.ts';

const HELP = `bun run seed

Puts the demonstration accounts, the first products, and a catalogue of characters and stories into the database that
DATABASE_URL names, or that a running \`up\` left in DATA_DIR; pictures go into DATA_DIR/files. What was put there once
is not put there again: changed, it stays changed, and deleted, it stays away. Not for production.

The catalogue is in scripts/seed/characters and scripts/seed/stories; a new file there is a new character or story.`;

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
    const owner = await findAccount(ctx, author.email);
    if (!owner) throw new Error('The author of the catalogue has no account.');
    const actor = { kind: 'member' as const, userId: owner.id, sessionId: '', isAdmin: false };
    await fillCatalogue(ctx, actor, console.log);
  } finally {
    await closeContext(ctx);
  }
});
