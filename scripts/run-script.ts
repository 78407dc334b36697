import { isDatabaseDown } from '../src/db/tx.ts';

/** Runs an operator's script: `--help` prints its help, and whatever goes wrong is one sentence and exit code 1. */
export async function runScript(help: string, main: (args: string[]) => Promise<void>): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    console.log(help);
    return;
  }
  try {
    await main(args);
  } catch (error) {
    console.error(
      isDatabaseDown(error)
        ? 'Postgres does not answer. Is ./scripts/up running, or is DATABASE_URL right?'
        : error instanceof Error
          ? error.message
          : String(error),
    );
    process.exitCode = 1;
  }
}
