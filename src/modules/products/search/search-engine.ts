import type { FoundRow, FoundRows } from '../cache/listed-products.js';
import type { FacetCount } from './facet-statement.js';
import type { SearchPage } from './search-statement.js';
import type { FilterGroups, LevelName } from './search-plan.js';
import type { SearchQuery } from './search-query.js';

/** A search for products on sale. */
export interface SearchRequest {
  /** `null` for a list that is only filtered. */
  readonly query: SearchQuery | null;
  readonly filters: FilterGroups;
  readonly page: SearchPage;
  readonly facets: boolean;
  /** Whether nobody looks up first how common the filters are: a statement less, for lists that are mostly full. */
  readonly isUnmeasured?: boolean;
}

/** A product that was found. */
export interface SearchHit extends FoundRow {
  readonly level: LevelName;
  /** The value that the list is sorted by, as text. */
  readonly key: string;
  /** What orders products that match alike: boost, stock and sales in one number. */
  readonly rank: number;
}

/** What a search found: at most one product more than the page has. */
export interface SearchHits extends FoundRows<SearchHit> {
  /** Counts of all filters' values, and again without each chosen group; none unless asked for. */
  readonly facets: readonly FacetCount[] | null;
}

/** What a buyer may go on typing. */
export interface Suggestions {
  readonly terms: readonly string[];
  readonly categories: readonly { readonly id: string; readonly slug: string; readonly name: string }[];
}

/**
 * Finds products on sale. A shop that outgrows one PostgreSQL puts another engine here; what
 * is found must be on sale at the page's moment, and a change be found when it is committed.
 */
export abstract class SearchEngine {
  /** A page of what fits a query and filters, in the order that is asked for. */
  abstract search(request: SearchRequest): Promise<SearchHits>;

  /** Words and categories that begin so, the commonest first. */
  abstract suggest(beginning: string, limit: number): Promise<Suggestions>;
}
