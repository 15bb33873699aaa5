/** How well each thing answers a query: 1 acceptable, 2 good, 3 what is meant. What is not named is of no use. */
export type Judgements = Readonly<Record<string, number>>;

/**
 * Normalised discounted cumulative gain: 1 when the best come first, in the order of how
 * good they are; 0 when nothing that was found is of use.
 *
 * @param found what was found, the first first
 * @param depth how many of them count
 */
export function ndcg(found: readonly string[], judgements: Judgements, depth = 10): number {
  const grades = [...new Set(found)].slice(0, depth).map((name) => judgements[name] ?? 0);
  const best = Object.values(judgements).sort((a, b) => b - a).slice(0, depth);
  const ideal = gain(best);
  return ideal === 0 ? 0 : gain(grades) / ideal;
}

function gain(grades: readonly number[]): number {
  return grades.reduce((sum, grade, place) => sum + (2 ** grade - 1) / Math.log2(place + 2), 0);
}
