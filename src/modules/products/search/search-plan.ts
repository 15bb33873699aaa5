import { allOf, anyOf, lexeme, noneOf, TsQueryBuilder, type Clause, type Term, type WordsAlike } from './ts-query.js';
import { bareSku } from './fold.js';
import { NOT_SOUGHT, soughtOf, type Sought } from './sought-terms.js';
import type { SearchQuery } from './search-query.js';
import type { Vocabulary } from './search-terms.repository.js';

/** How well a product matches: the higher, the further up. */
export const LEVELS = { sku: 6, title: 5, wordsInTitle: 4, wordsInNames: 3, words: 2, beginnings: 1, someWords: 0 } as const;

/** The name of a level, as an explanation gives it. */
export type LevelName = keyof typeof LEVELS;

/** A choice of filters: any of the values of each group, of all groups. */
export type FilterGroups = ReadonlyMap<string, readonly string[]>;

/** What is to be found on one level of relevance. */
export interface Level {
  readonly name: LevelName;
  /** A tsquery on all words of a product, with the filters; `null` for every product. */
  readonly words: string | null;
  /** A tsquery on the words of its title, beside. */
  readonly titleWords: string | null;
  /** The folded text that the title is, beside, or the bare SKU. */
  readonly whole: string | null;
  /** Where what has the SKU of the plan is found as well: a tsquery of the filters that hold for it, `null` without any. */
  readonly orSku: { readonly filters: string | null } | null;
  /** What of `words` and `titleWords` an index is to find; the rest is seen on the rows. */
  readonly sought: Sought;
  /** Products that may match, by the vocabulary. */
  readonly estimate: number;
}

/** What is searched for. */
export interface SearchWish {
  readonly query: SearchQuery | null;
  readonly alike: readonly WordsAlike[];
  readonly filters: FilterGroups;
  /** Whether the best are wanted first. */
  readonly ranked: boolean;
}

/** How a search is done. */
export interface SearchPlan {
  /** The bare SKU that the whole query may be; `null` where nothing is searched for. */
  readonly sku: string | null;
  /** The levels from the best on; one of them for lists with another order. */
  readonly levels: readonly Level[];
  /** Tried when no level finds anything. */
  readonly fallback: Level | null;
  /** Everything that the levels find. */
  readonly all: Level;
  /** The same with only some of the groups of filters. */
  readonly without: (group: string) => Level;
  /** The same of the fallback. */
  readonly fallbackWithout: (group: string) => Level | null;
  /** The same with none of them. */
  readonly unfiltered: Level;
  readonly filters: FilterGroups;
  readonly products: number;
  /** Products that are kept by themselves as the best; 0 for none. */
  readonly best: number;
}

/** What no product has: only a word of no letters would. */
const NOTHING: Term = { sql: lexeme('='), share: 0, titleShare: 0, reading: 0 };
const EVERYTHING: Term = { sql: '', share: 1, titleShare: 1, reading: Infinity };

/**
 * Plans a search: which levels there are and how many products each may find. A list that
 * is only filtered has no query; only one that is ranked, the best first, needs levels.
 */
export function planSearch({ query, alike, filters, ranked }: SearchWish, vocabulary: Vocabulary): SearchPlan {
  const { products, best } = vocabulary;
  const { clauses, without } = askedFor(query, alike, vocabulary);
  const filtersIn = filterTermsOf(filters, without, vocabulary);
  const filtering = filtersIn(() => true);
  const strict = clauses.map((clause) => clause.strict);
  const loose = clauses.map((clause) => clause.loose);

  const level = (name: LevelName, found: readonly Term[], more: Partial<Level> = {}, terms: readonly Term[] = filtering): Level => {
    const all = found.length + terms.length > 0 ? allOf([...found, ...terms]) : EVERYTHING;
    const sought = soughtOf({ words: [...found, ...terms], titleWords: [] }, products);
    return { name, words: all.sql === '' ? null : all.sql, titleWords: null, whole: null, orSku: null, sought, estimate: all.share * products, ...more };
  };
  const sku = skuOf(query);
  const words = level('words', strict);
  const named = level('wordsInNames', clauses.map((clause) => clause.named));
  const beginnings = level('beginnings', loose);
  const all = beginnings.words === words.words ? words : beginnings;
  const found = withSku(sku, all, filtering);
  if (query && clauses.length + without.length === 0) {
    const nothing = withSku(sku, level('words', [NOTHING]), filtering);
    const levels = ranked ? [...exactLevels(query, level), nothing] : [nothing];
    return { sku, levels, fallback: null, all: nothing, without: () => nothing, fallbackWithout: () => null, unfiltered: nothing, filters, products, best };
  }
  const wherever = (terms: Term[]): Level => withSku(sku, level(all.name, all === words ? strict : loose, {}, terms), terms);
  return {
    sku,
    levels: ranked && query ? rankedLevels(query, { strict, named, words, all, titled: soughtOf({ words: filtering, titleWords: strict }, products) }, level) : [found],
    fallback: fallbackOf(clauses, filtering, level),
    all: found,
    without: (group) => wherever(filtersIn((name) => name !== group)),
    fallbackWithout: (group) => fallbackOf(clauses, filtersIn((name) => name !== group), level),
    unfiltered: wherever(filtersIn(() => false)),
    filters,
    products,
    best,
  };
}

function askedFor(
  query: SearchQuery | null,
  alike: readonly WordsAlike[],
  vocabulary: Vocabulary,
): { clauses: readonly Clause[]; without: readonly Term[] } {
  if (!query) return { clauses: [], without: [] };
  const builder = new TsQueryBuilder(query, vocabulary);
  return { clauses: builder.clauses(alike), without: builder.without() };
}

/** The SKU that the whole query may be. */
function skuOf(query: SearchQuery | null): string | null {
  return query && query.whole !== '' ? bareSku(query.whole) : null;
}

/**
 * A level that finds as well what has the SKU: a list with another order has but one level,
 * and facets count one set, so that a SKU finds there what it does in a level of its own.
 */
function withSku(sku: string | null, level: Level, filters: readonly Term[]): Level {
  if (sku === null) return level;
  return { ...level, orSku: { filters: filters.length > 0 ? allOf(filters).sql : null } };
}

/** The terms of the filters of some groups, and of what must not be found. */
function filterTermsOf(filters: FilterGroups, without: readonly Term[], vocabulary: Vocabulary): (isWanted: (group: string) => boolean) => Term[] {
  const groups = [...filters].map(([name, values]) => ({ name, term: anyOf(values.map((value) => filterTerm(value, vocabulary))) }));
  const unwanted = without.length > 0 ? [noneOf(without)] : [];
  return (isWanted) => [...groups.filter(({ name }) => isWanted(name)).map(({ term }) => term), ...unwanted];
}

type MakeLevel = (name: LevelName, found: readonly Term[], more?: Partial<Level>, filtering?: readonly Term[]) => Level;

/** From the best on; what would find the same as the next is left out. */
function rankedLevels(
  query: SearchQuery,
  { strict, named, words, all, titled }: { strict: readonly Term[]; named: Level; words: Level; all: Level; titled: Sought },
  level: MakeLevel,
): Level[] {
  const isSame = named.words === words.words;
  return [...exactLevels(query, level), inTitle(strict, titled, level), ...(isSame ? [] : [named]), words, ...(all === words ? [] : [all])];
}

function exactLevels({ whole }: SearchQuery, level: MakeLevel): Level[] {
  if (whole === '') return [];
  const exact = { sought: NOT_SOUGHT, estimate: 1 };
  return [level('sku', [], { whole: bareSku(whole), ...exact }), level('title', [], { whole, ...exact })];
}

function fallbackOf(clauses: readonly Clause[], filtering: readonly Term[], level: MakeLevel): Level | null {
  return clauses.length > 1 ? level('someWords', [allButOne(clauses)], {}, filtering) : null;
}

/** All clauses but one; but the letter that is still typed on, where there is one. */
function allButOne(clauses: readonly Clause[]): Term {
  const without = (left: Clause): Term => allOf(clauses.filter((clause) => clause !== left).map(({ strict }) => strict));
  const begun = clauses.find(({ isBegun }) => isBegun);
  return begun ? without(begun) : anyOf(clauses.map(without));
}

function inTitle(strict: readonly Term[], sought: Sought, level: MakeLevel): Level {
  const title = allOf(strict);
  const found = level('wordsInTitle', []);
  const share = strict.length > 0 ? title.titleShare : 1;
  return { ...found, titleWords: strict.length > 0 ? title.sql : null, sought, estimate: found.estimate * share };
}

function filterTerm(value: string, { filters, products }: Vocabulary): Term {
  const share = Math.min(1, (filters.get(value) ?? 0) / Math.max(1, products));
  return { sql: lexeme(value), share, titleShare: 1, reading: share };
}
