import { runScript } from '../run-script.ts';
import { benchCharacters } from './characters.ts';
import { benchChat } from './chat.ts';
import { benchHttp } from './http.ts';
import { benchMetrics } from './metrics.ts';
import { benchPoints } from './points.ts';
import { benchSse } from './sse.ts';
import { benchStories } from './stories.ts';
import { printTable, type Row } from './table.ts';
import { type BenchWorld, createBenchWorld } from './world.ts';

const suites: Record<string, (world: BenchWorld) => Promise<Row[]>> = {
  http: benchHttp,
  sse: benchSse,
  characters: benchCharacters,
  stories: benchStories,
  points: benchPoints,
  chat: benchChat,
  metrics: benchMetrics,
};

const HELP = `bun run bench [${Object.keys(suites).join('|')} …]

Measures ours against bare baselines in the same run and prints the ratios as a table. Brings its own
Postgres and Redis. Figures change with the machine; ratios hardly do. Without a name, runs all.`;

await runScript(HELP, async (names) => {
  const chosen = names.length > 0 ? names : Object.keys(suites);
  const unknown = chosen.filter((name) => !(name in suites));
  if (unknown.length > 0) throw new Error(`There is no benchmark called ${unknown.join(', ')}.\n\n${HELP}`);
  const world = await createBenchWorld();
  try {
    const rows: Row[] = [];
    for (const name of chosen) {
      console.error(`measuring ${name} …`);
      rows.push(...((await suites[name]?.(world)) ?? []));
    }
    printTable(rows);
  } finally {
    await world.close();
  }
});
