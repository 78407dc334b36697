/** How alike two texts are, from 0 to 1: the share of their letter pairs that both have (Dice), blanks and case aside. */
export function similarity(left: string, right: string): number {
  const a = pairsOf(left);
  const b = pairsOf(right);
  const total = sum(a) + sum(b);
  if (total === 0) return left.trim() === right.trim() ? 1 : 0;
  let shared = 0;
  for (const [pair, count] of a) shared += Math.min(count, b.get(pair) ?? 0);
  return (2 * shared) / total;
}

function pairsOf(text: string): Map<string, number> {
  const letters = [...text.normalize('NFC').toLowerCase().replace(/\s+/g, '')];
  const pairs = new Map<string, number>();
  for (let at = 0; at + 1 < letters.length; at += 1) {
    const pair = `${letters[at]}${letters[at + 1]}`;
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return pairs;
}

function sum(pairs: Map<string, number>): number {
  let total = 0;
  for (const count of pairs.values()) total += count;
  return total;
}
