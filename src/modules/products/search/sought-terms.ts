import { allOf, type Term } from './ts-query.js';

/** What an entry of the index costs to read, against a row of the table: measured 18 ns against 5 µs. */
const ENTRY_COST = 1 / 280;
/** What comparing an entry of the narrowest term with those of the others costs, likewise: measured 200 ns. */
const MEETING_COST = 1 / 25;

/** The terms of a look-up by the column that has them. */
export interface SoughtTerms {
  readonly words: readonly Term[];
  readonly titleWords: readonly Term[];
}

/** The same as tsqueries; `null` where nothing is to be found by the column. */
export interface Sought {
  readonly words: string | null;
  readonly titleWords: string | null;
  /** What finding the rows and looking at them costs, in rows. */
  readonly cost: number;
  /** Products that are likely to have all of the terms, those that are only looked at as well. */
  readonly likely: number;
}

/** Nothing: the rows are found otherwise. */
export const NOT_SOUGHT: Sought = { words: null, titleWords: null, cost: 1, likely: 1 };

/**
 * Which of the terms an index is to find. A common word next to a rare one has many more
 * entries in the index than there are rows with the rare one, on which it is quickly seen: the
 * narrowest terms are taken, as long as one more spares more rows than reading it costs.
 */
export function soughtOf({ words, titleWords }: SoughtTerms, products: number): Sought {
  const measured = [...titleWords.map((term) => ({ term, inIndex: asTitle(term) })), ...words.map((term) => ({ term, inIndex: term }))]
    .sort((a, b) => Number(isUnfound(a.inIndex)) - Number(isUnfound(b.inIndex)) || a.inIndex.share - b.inIndex.share);
  const { count, cost } = cheapest(measured.map(({ inIndex }) => inIndex));
  const taken = new Set(measured.slice(0, count).map(({ term }) => term));
  const sqlOf = (terms: readonly Term[]): string | null => {
    const own = terms.filter((term) => taken.has(term));
    return own.length > 0 ? allOf(own).sql : null;
  };
  const likely = likelyShare(measured.map(({ inIndex }) => inIndex)) * products;
  return { words: sqlOf(words), titleWords: sqlOf(titleWords), cost: cost * products, likely };
}

/** The term as the index of titles has it. */
function asTitle(term: Term): Term {
  const { share, titleShare, reading } = term;
  return { ...term, share: titleShare, reading: share > 0 ? (reading * titleShare) / share : reading };
}

function isUnfound({ reading }: Term): boolean {
  return reading === Infinity;
}

/** How many of the terms, from the narrowest on, are the cheapest to look up; all where no index finds any. */
function cheapest(terms: readonly Term[]): { count: number; cost: number } {
  const costs = terms.map((_, last) => {
    const taken = terms.slice(0, last + 1);
    const meeting = last > 0 ? (terms[0]?.share ?? 0) * MEETING_COST : 0;
    return likelyShare(taken) + allOf(taken).reading * ENTRY_COST + meeting;
  });
  const cost = Math.min(...costs);
  return { count: cost === Infinity ? terms.length : costs.indexOf(cost) + 1, cost };
}

/** Between what chance says and the careful estimate of those that go together. */
function likelyShare(terms: readonly Term[]): number {
  const byChance = terms.reduce((product, { share }) => product * share, 1);
  return Math.sqrt(byChance * allOf(terms).share);
}
