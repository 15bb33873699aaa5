import { Injectable } from '@nestjs/common';
import { decodeCursor, encodeCursor, isCursorOf, listFingerprint } from '../../../common/pagination/cursor.js';
import { invalidRequest } from '../../../common/problems/problem.js';
import { Clock } from '../../../infrastructure/clock/clock.js';
import type { AnswerView } from '../../../infrastructure/http/answer-view.js';
import { isStaff, type Actor } from '../../../infrastructure/http/actor.js';
import { JsonPage } from '../../../infrastructure/http/json-text.js';
import { ListedProducts, type Listed } from '../cache/listed-products.js';
import type { ProductSummary } from '../product.schema.js';
import { toFacets } from './facets.mapper.js';
import { SearchLog } from './log/search-log.service.js';
import { SearchEngine, type SearchHit, type SearchHits } from './search-engine.js';
import { LEVELS, type FilterGroups } from './search-plan.js';
import { parseSearch } from './search-query.js';
import type { PriceRange, SearchPosition, SearchSort } from './search-statement.js';
import type { FoundProduct, ListProducts, SuggestionsAnswer, SuggestQuery } from './search.schema.js';

const SORTS: Readonly<Record<NonNullable<ListProducts['sort']>, SearchSort>> = {
  relevance: { column: 'rank', type: 'bigint', direction: 'DESC' },
  '-createdAt': { column: 'created_at', type: 'timestamptz', direction: 'DESC' },
  createdAt: { column: 'created_at', type: 'timestamptz', direction: 'ASC' },
  price: { column: 'price', type: 'bigint', direction: 'ASC' },
  '-price': { column: 'price', type: 'bigint', direction: 'DESC' },
  title: { column: 'title', type: 'text', direction: 'ASC' },
  '-title': { column: 'title', type: 'text', direction: 'DESC' },
  bestSelling: { column: 'sales', type: 'bigint', direction: 'DESC' },
};
/** A cursor's value holds the level before the rank, which is within ±HALF. */
const LEVEL_STEP = 10n ** 16n;
const HALF = LEVEL_STEP / 2n;
/** What a rank is made of, as the function `search_rows` of PostgreSQL makes it; a test compares the two. */
const RANK = { boost: 1_000_000_000_000, stock: 1_000_000_000 } as const;

/** Products that belong together, whatever is searched for. */
export interface Shelf {
  /** Names it, so that the cursor of another fits no page of it. */
  readonly name: string;
  readonly filters: FilterGroups;
}

type ProductList = Pick<ListProducts, 'q' | 'limit' | 'cursor' | 'facets' | 'explain'> & {
  readonly filters: FilterGroups;
  readonly price: PriceRange;
  readonly sort: keyof typeof SORTS;
  readonly fingerprint: string;
  readonly isUnmeasured?: boolean;
};

type ListedHit = Listed<SearchHits>['hits'][number];

/** The shop's product list and search. */
@Injectable()
export class ProductSearchService {
  constructor(
    private readonly engine: SearchEngine,
    private readonly listed: ListedProducts,
    private readonly log: SearchLog,
    private readonly clock: Clock,
  ) {}

  /**
   * A page of the products on sale.
   *
   * @throws Problem `invalid_cursor` and `invalid_request` (400), the latter for an explanation to others than staff
   */
  async list(actor: Actor, query: ListProducts, view: AnswerView): Promise<JsonPage> {
    if (query.explain && !isStaff(actor)) throw invalidRequest({ pointer: '/explain', detail: 'is for staff' });
    const { limit, cursor, facets, q, ...rest } = query;
    const sort = rest.sort ?? (q === undefined ? '-createdAt' : 'relevance');
    const fingerprint = listFingerprint({ ...rest, explain: undefined, q, sort });
    return this.page({ q, filters: filtersOf(query), price: priceOf(query), sort, limit, cursor, facets, explain: rest.explain, fingerprint }, view);
  }

  /**
   * A page of the products on sale on a shelf: in a category, or in a collection by rules.
   *
   * @throws Problem `invalid_cursor` (400)
   */
  async listShelf({ name, filters }: Shelf, { sort = '-createdAt', limit, cursor }: Pick<ListProducts, 'sort' | 'limit' | 'cursor'>, view: AnswerView): Promise<JsonPage> {
    const fingerprint = listFingerprint({ shelf: name, sort });
    const price = { min: null, max: null };
    return this.page({ q: undefined, filters, price, sort, limit, cursor, facets: false, explain: false, fingerprint, isUnmeasured: true }, view);
  }

  private async page(
    { q, filters, price, sort, limit, cursor, facets, explain, fingerprint, isUnmeasured = false }: ProductList,
    view: AnswerView,
  ): Promise<JsonPage> {
    const order = SORTS[sort];
    const after = positionOf(fingerprint, cursor, order);
    const found = await this.listed.read(`${fingerprint} ${String(limit)} ${cursor ?? ''}`, view, (known) =>
      this.engine.search({
        query: q === undefined ? null : parseSearch(q),
        filters,
        page: { sort: order, limit, price, after, now: this.clock.now(), view, known },
        facets,
        isUnmeasured,
      }));
    if (q !== undefined && cursor === undefined) this.record(q, found.hits);
    const shown = found.hits.slice(0, limit);
    const last = found.hits.length > limit ? shown.at(-1) : undefined;
    return new JsonPage({
      data: shown.map((hit) => (explain ? explained(hit) : hit.json)),
      nextCursor: last ? encodeCursor(cursorListOf(fingerprint, last, order), { value: valueOf(last, order), id: last.id }) : null,
      ...(found.facets ? { facets: toFacets(found.facets, filters, price) } : {}),
    });
  }

  /** What has only some of the words is not what the buyer searched for. */
  private record(query: string, hits: readonly SearchHit[]): void {
    this.log.record({ query, hits: hits.filter(({ level }) => level !== 'someWords').length });
  }

  /** What a buyer may go on typing: words, the best products, and categories. */
  async suggest({ q = '', limit }: SuggestQuery, view: AnswerView): Promise<SuggestionsAnswer> {
    const query = parseSearch(q);
    if (query.words.length === 0) return { terms: [], products: [], categories: [] };
    const [{ terms, categories }, { hits }] = await Promise.all([
      this.engine.suggest(q, limit),
      this.listed.read(`suggest ${String(limit)} ${q}`, view, (known) => this.engine.search({
        query: { ...query, unfinished: true },
        filters: new Map(),
        page: { sort: SORTS.relevance, limit: limit - 1, price: { min: null, max: null }, now: this.clock.now(), view, after: null, known },
        facets: false,
      })),
    ]);
    return {
      terms: [...terms],
      products: hits.map(({ json }) => toSuggested(JSON.parse(json) as ProductSummary)),
      categories: [...categories],
    };
  }
}

function filtersOf(query: ListProducts): FilterGroups {
  const { category, categoryId, vendor, tag, inStock, rating } = query;
  const groups = new Map<string, string[]>();
  for (const [name, values] of Object.entries({ category, categoryId, vendor, tag })) {
    if (values) groups.set(name, values.map((value) => `${name}=${value}`));
  }
  for (const kind of ['option', 'attribute'] as const) {
    for (const given of query[kind] ?? []) {
      const group = `${kind}.${given.slice(0, given.indexOf(':'))}`;
      groups.set(group, [...(groups.get(group) ?? []), `${group}=${given.slice(given.indexOf(':') + 1)}`]);
    }
  }
  if (inStock) groups.set('stock', ['stock=in']);
  if (rating !== undefined) groups.set('rating', [`rating=${String(rating)}`]);
  return groups;
}

function explained({ json, level, rank }: ListedHit): string {
  const boost = Math.floor(rank / RANK.boost);
  const inStock = rank - boost * RANK.boost >= RANK.stock;
  const sales = rank - boost * RANK.boost - (inStock ? RANK.stock : 0);
  const product: FoundProduct = { ...(JSON.parse(json) as ProductSummary), explanation: { match: level, boost, inStock, sales } };
  return JSON.stringify(product);
}

function toSuggested({ id, slug, title, images }: ProductSummary): SuggestionsAnswer['products'][number] {
  return { id, slug, title, imageUrl: images[0]?.url ?? null };
}

function priceOf({ priceMin, priceMax }: ListProducts): PriceRange {
  return { min: priceMin ?? null, max: priceMax ?? null };
}

function positionOf(fingerprint: string, cursor: string | undefined, { column, type }: SearchSort): SearchPosition | null {
  if (cursor === undefined) return null;
  if (column !== 'rank') {
    const isSome = isCursorOf(ofSomeWords(fingerprint), cursor);
    const { value, id } = decodeCursor(isSome ? ofSomeWords(fingerprint) : fingerprint, cursor, type);
    return { level: isSome ? LEVELS.someWords : LEVELS.words, key: value, id };
  }
  const { value, id } = decodeCursor(fingerprint, cursor, type);
  const level = BigInt(value) / LEVEL_STEP;
  return { level: Number(level), key: String(BigInt(value) - level * LEVEL_STEP - HALF), id };
}

/** The list that a cursor names: in other orders than by relevance, where its value tells no level, that of what has some words is one of its own. */
function cursorListOf(fingerprint: string, { level }: SearchHit, { column }: SearchSort): string {
  return level === 'someWords' && column !== 'rank' ? ofSomeWords(fingerprint) : fingerprint;
}

const ofSomeWords = (fingerprint: string): string => `${fingerprint}.some`;

function valueOf({ key, level, json }: ListedHit, { column }: SearchSort): string {
  if (column === 'created_at') return (JSON.parse(json) as ProductSummary).createdAt;
  return column === 'rank' ? String(BigInt(LEVELS[level]) * LEVEL_STEP + BigInt(key) + HALF) : key;
}
