import { loadConfig } from '../src/config.ts';
import { closeContext, openContext } from '../src/context.ts';
import { AppError } from '../src/lib/errors.ts';
import { createLogger } from '../src/lib/log.ts';
import { seedDocuments } from '../src/modules/cms/seed.ts';
import { runScript } from './run-script.ts';

const HELP = `bun run seed-cms FILE [--dry-run]

Brings what the home page shows to what a JSON file says:

  { "homeBanners": [...], "homeSlots": [...], "homePopups": {...}, "characterTagDisplay": {...} }

in the form in which GET /cms/... shows them, or any older one; documents that the file does not name stay. Prints what
changes (+ new, - gone, ~ other), and writes a revision of each document that does; a second run changes nothing. All of
the file is judged before anything is written, and nothing of an editor's is overwritten who saves at the same moment.

  --dry-run   prints what would change and writes nothing
  FILE        - reads the standard input`;

await runScript(HELP, async (args) => {
  const [file, ...more] = args.filter((argument) => argument !== '--dry-run');
  const strange = [file, ...more].find((argument) => argument?.startsWith('--')) ?? more[0];
  if (strange !== undefined) throw new Error(`What is ${strange}?\n\n${HELP}`);
  if (file === undefined) throw new Error(`A JSON file is needed.\n\n${HELP}`);
  const dryRun = args.includes('--dry-run');
  const wanted = await readJsonFile(file);
  const ctx = await openContext(loadConfig(), { log: createLogger('error') });
  try {
    for (const { key, changes } of await seedDocuments(ctx, wanted, { dryRun })) {
      console.log(`${key}: ${changes.length === 0 ? 'as it should be' : dryRun ? 'would change' : 'changed'}`);
      for (const change of changes) console.log(`  ${change}`);
    }
    if (dryRun) console.log('Nothing was written.');
  } catch (error) {
    throw error instanceof AppError ? new Error(error.text('en'), { cause: error }) : error;
  } finally {
    await closeContext(ctx);
  }
});

async function readJsonFile(file: string): Promise<unknown> {
  const source = file === '-' ? Bun.stdin : Bun.file(file);
  const text = await source.text().catch(() => {
    throw new Error(`${file} cannot be read.`);
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${file} is not valid JSON.`);
  }
}
