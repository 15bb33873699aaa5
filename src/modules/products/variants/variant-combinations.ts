import type { ProductOption } from '../product.entity.js';

/** How many variants the options of a product make. */
export function combinationCount(options: readonly ProductOption[]): number {
  return options.reduce((count, { values }) => count * new Set(values).size, 1);
}

/** Every combination of the values of a product's options, in their order; without options there is one, of nothing. */
export function combinations(options: readonly ProductOption[]): Record<string, string>[] {
  return options.reduce<Record<string, string>[]>(
    (made, { name, values }) =>
      made.flatMap((combination) => [...new Set(values)].map((value) => ({ ...combination, [name]: value }))),
    [{}],
  );
}

/** The names in braces of a pattern. */
export function namesIn(pattern: string): string[] {
  return [...pattern.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name);
}

/** A pattern with the values of a combination in the place of their options. */
export function fillIn(pattern: string, combination: Readonly<Record<string, string>>): string {
  return pattern.replace(/\{([^{}]*)\}/g, (braces, name: string) => combination[name] ?? braces);
}

/** One text for each combination, whatever the order of its options. */
export function combinationKey(combination: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(combination).sort(([a], [b]) => (a < b ? -1 : 1)));
}
