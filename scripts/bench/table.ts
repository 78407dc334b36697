/** One comparison: ours against a bare baseline measured in the same run. Higher is better for both. */
export type Row = { name: string; ours: string; bare: string; ratio: number; note?: string };

/** Median of the ratios of alternating rounds; a single round tells more about the machine than about the code. */
export async function compare(rounds: number, bare: () => Promise<number>, ours: () => Promise<number>) {
  const seen: { bare: number; ours: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    // Turns change, so that neither side always meets the warmer machine.
    if (round % 2 === 0) seen.push({ bare: await bare(), ours: await ours() });
    else {
      const first = await ours();
      seen.push({ ours: first, bare: await bare() });
    }
  }
  const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
  const ratios = seen.map((round) => round.ours / round.bare);
  return {
    bare: median(seen.map((round) => round.bare)),
    ours: median(seen.map((round) => round.ours)),
    ratio: median(ratios),
    spread: `${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}`,
  };
}

export const perSecond = (value: number): string => `${Math.round(value).toLocaleString('en-US')}/s`;

/** Prints rows as a Markdown table, as README shows them. */
export function printTable(rows: Row[]): void {
  const cells = rows.map((row) => [row.name, row.ours, row.bare, row.ratio.toFixed(2), row.note ?? '']);
  const all = [['what', 'ours', 'bare', 'ratio', 'rounds'], ...cells];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((line) => (line[column] as string).length))) ?? [];
  const print = (line: string[]) =>
    console.log(`| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
  print(all[0] as string[]);
  print(widths.map((width) => '-'.repeat(width)));
  for (const line of cells) print(line);
}
