import { allOf, readingOf, shareOfAll, type Term } from './ts-query.js';

/** What an entry of the index costs to read, against a row of the table: measured 18 ns against 5 µs. */
const ENTRY_COST = 1 / 280;
/** What comparing an entry of the narrowest term with those of the others costs, likewise: measured 130 to 250 ns. */
const MEETING_COST = 1 / 25;
/**
 * How many times more products may have a term than have the narrowest for the two to be conditions of their own. An index
 * compares the entries of several conditions sooner than those of one that asks for all: measured 1.4 against 2.4 ms for
 * three words that a hundredth of a million products have each, but 2.6 against 2.4 ms where one has four times as many.
 */
const ALIKE = 2;
const MAX_CONDITIONS = 3;

/** The terms of a look-up by the column that has them. */
export interface SoughtTerms {
  readonly words: readonly Term[];
  readonly titleWords: readonly Term[];
}

/** What is to be found by a column: tsqueries, all of which are asked for; none where it is not looked at. */
export interface SoughtIn {
  readonly queries: readonly string[];
  /** Whether they are all that is asked of the column. */
  readonly isAll: boolean;
}

/** The same by the columns that have them. */
export interface Sought {
  readonly words: SoughtIn;
  readonly titleWords: SoughtIn;
  /** What finding the rows and looking at them costs, in rows. */
  readonly cost: number;
  /** Products that are likely to have all of the terms, those that are only looked at as well. */
  readonly likely: number;
}

/** Nothing: the rows are found otherwise. */
export const NOT_SOUGHT: Sought = { words: { queries: [], isAll: false }, titleWords: { queries: [], isAll: false }, cost: 1, likely: 1 };

/**
 * Which of the terms an index is to find. A common word next to a rare one has many more
 * entries in the index than there are rows with the rare one, on which it is quickly seen: the
 * narrowest terms are taken, as long as one more spares more rows than reading it costs.
 */
export function soughtOf({ words, titleWords }: SoughtTerms, products: number): Sought {
  const measured = [...titleWords.map((term) => ({ term, inIndex: asTitle(term) })), ...words.map((term) => ({ term, inIndex: term }))]
    .sort((a, b) => Number(isUnfound(a.inIndex)) - Number(isUnfound(b.inIndex)) || a.inIndex.share - b.inIndex.share);
  const { count, cost } = cheapest(measured.map(({ inIndex }) => inIndex));
  const taken = new Map(measured.slice(0, count).map(({ term, inIndex }) => [term, inIndex.share]));
  const inColumn = (terms: readonly Term[]): SoughtIn => {
    const own = terms.filter((term) => taken.has(term));
    return { queries: conditionsOf(own, (term) => taken.get(term) ?? 1), isAll: own.length === terms.length };
  };
  const likely = likelyShare(measured.map(({ inIndex }) => inIndex)) * products;
  return { words: inColumn(words), titleWords: inColumn(titleWords), cost: cost * products, likely };
}

/** Terms that are alike narrow are asked for each by itself; where no index finds any, each would be a reading of all of it. */
function conditionsOf(terms: readonly Term[], shareOf: (term: Term) => number): string[] {
  const narrowest = Math.min(...terms.map(shareOf));
  const alike = terms.filter((term) => !isUnfound(term) && shareOf(term) <= ALIKE * narrowest);
  const apart = alike.length > 1 ? alike.slice(0, MAX_CONDITIONS) : [];
  const rest = terms.filter((term) => !apart.includes(term));
  return [...apart.map(({ sql }) => sql), ...(rest.length > 0 ? [allOf(rest).sql] : [])];
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
    return likelyShare(taken) + readingOf(taken) * ENTRY_COST + meeting;
  });
  const cost = Math.min(...costs);
  return { count: cost === Infinity ? terms.length : costs.indexOf(cost) + 1, cost };
}

/** Between what chance says and the careful estimate of those that go together. */
function likelyShare(terms: readonly Term[]): number {
  const byChance = terms.reduce((product, { share }) => product * share, 1);
  return Math.sqrt(byChance * shareOfAll(terms));
}
