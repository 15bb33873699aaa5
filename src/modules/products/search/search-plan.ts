import { allOf, anyOf, lexeme, noneOf, TsQueryBuilder, type Term, type WordsAlike } from './ts-query.js';
import type { SearchQuery } from './search-query.js';
import type { Vocabulary } from './search-terms.repository.js';

/** How well a product matches: the higher, the further up. */
export const LEVELS = { sku: 5, title: 4, wordsInTitle: 3, words: 2, beginnings: 1, someWords: 0 } as const;

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
  /** The folded text that a SKU or the title is, beside. */
  readonly whole: string | null;
  /** Products that may match, by the vocabulary. */
  readonly estimate: number;
}

/** How a search is done. */
export interface SearchPlan {
  /** The levels from the best on; one of them for lists with another order. */
  readonly levels: readonly Level[];
  /** Tried when no level finds anything. */
  readonly fallback: Level | null;
  /** Everything that the levels find. */
  readonly all: Level;
  /** The same with only some of the groups of filters. */
  readonly without: (group: string) => Level;
  readonly products: number;
}

/** What no product has: only a word of no letters would. */
const NOTHING: Term = { sql: lexeme('='), share: 0, titleShare: 0 };
const EVERYTHING: Term = { sql: '', share: 1, titleShare: 1 };

/** What is searched for. */
export interface SearchChoice {
  /** `null` for a list that is only filtered. */
  readonly query: SearchQuery | null;
  readonly alike: readonly WordsAlike[];
  readonly filters: FilterGroups;
  /** Whether the best are wanted first; any other order needs no levels. */
  readonly ranked: boolean;
}

/** Plans a search: which levels there are and how many products each may find. */
export function planSearch({ query, alike, filters, ranked }: SearchChoice, vocabulary: Vocabulary): SearchPlan {
  const { products } = vocabulary;
  const { strict, loose, unwanted } = wantedTerms(query, alike, vocabulary);
  const terms = new FilterTerms(filters, unwanted, vocabulary);
  const level: MakeLevel = (name, found, more) => makeLevel(name, [...found, ...terms.all()], products, more);
  const words = level('words', strict);
  const beginnings = level('beginnings', loose);
  const hasMore = beginnings.words !== words.words;
  const all = hasMore ? beginnings : words;
  return {
    levels: ranked && query ? [...betterLevels(query, strict, level), words, ...(hasMore ? [beginnings] : [])] : [all],
    fallback: ranked && strict.length > 1 ? level('someWords', [allButOne(strict)]) : null,
    all,
    without: (group) => makeLevel(all.name, [...(hasMore ? loose : strict), ...terms.all(group)], products),
    products,
  };
}

/** What is wanted and what is not; a query that says nothing finds nothing. */
function wantedTerms(
  query: SearchQuery | null,
  alike: readonly WordsAlike[],
  vocabulary: Vocabulary,
): Record<'strict' | 'loose' | 'unwanted', readonly Term[]> {
  if (!query) return { strict: [], loose: [], unwanted: [] };
  const builder = new TsQueryBuilder(query, vocabulary);
  const [clauses, unwanted] = [builder.clauses(alike), builder.without()];
  if (clauses.length + unwanted.length === 0) return { strict: [NOTHING], loose: [NOTHING], unwanted };
  return { strict: clauses.map(({ strict }) => strict), loose: clauses.map(({ loose }) => loose), unwanted };
}

function allButOne(terms: readonly Term[]): Term {
  return anyOf(terms.map((_, left) => allOf(terms.filter((__, index) => index !== left))));
}

/** The filters as terms. */
class FilterTerms {
  private readonly groups: readonly { readonly name: string; readonly term: Term }[];

  constructor(
    filters: FilterGroups,
    private readonly unwanted: readonly Term[],
    vocabulary: Vocabulary,
  ) {
    this.groups = [...filters].map(([name, values]) => ({ name, term: anyOf(values.map((value) => filterTerm(value, vocabulary))) }));
  }

  /** All of them, or all but one group. */
  all(without?: string): Term[] {
    const kept = this.groups.filter(({ name }) => name !== without).map(({ term }) => term);
    return this.unwanted.length > 0 ? [...kept, noneOf(this.unwanted)] : kept;
  }
}

function makeLevel(name: LevelName, terms: readonly Term[], products: number, more: Partial<Level> = {}): Level {
  const all = terms.length > 0 ? allOf(terms) : EVERYTHING;
  return { name, words: all.sql === '' ? null : all.sql, titleWords: null, whole: null, estimate: all.share * products, ...more };
}

/** The levels above that of all words. */
function betterLevels({ whole }: SearchQuery, strict: readonly Term[], level: MakeLevel): Level[] {
  const exact = (['sku', 'title'] as const).map((name) => level(name, [], { whole, estimate: 1 }));
  const all = level('wordsInTitle', []);
  const title = allOf(strict);
  const inTitle = { ...all, titleWords: title.sql, estimate: all.estimate * title.titleShare };
  return [...(whole === '' ? [] : exact), ...(strict.length > 0 ? [inTitle] : [])];
}

type MakeLevel = (name: LevelName, found: readonly Term[], more?: Partial<Level>) => Level;

function filterTerm(value: string, { filters, products }: Vocabulary): Term {
  return { sql: lexeme(value), share: Math.min(1, (filters.get(value) ?? 0) / Math.max(1, products)), titleShare: 1 };
}
