import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { isRehearsing } from '../../../infrastructure/database/database.js';
import { fold } from './fold.js';
import { ProductSearchRepository } from './product-search.repository.js';
import { SearchEngine, type SearchHits, type SearchRequest, type Suggestions } from './search-engine.js';
import { planSearch } from './search-plan.js';
import type { SearchQuery } from './search-query.js';
import { SearchTermsRepository, type Vocabulary, type VocabularyQuestion } from './search-terms.repository.js';
import { SynonymBook } from './synonyms/synonym-book.js';
import type { WordsAlike } from './ts-query.js';
import { irregularFormsOf, spacedForm } from './word-forms.js';

/** How long the answer of the vocabulary is kept: it only guides the search, and follows the catalogue by a minute anyway. */
const VOCABULARY_MS = 30_000;
const VOCABULARY_ENTRIES = 2_000;

/** Searches in PostgreSQL: one statement to look the words up where they are not known yet, one for the page. */
@Injectable()
export class PostgresSearchEngine extends SearchEngine {
  private readonly known = new LRUCache<string, Vocabulary>({ max: VOCABULARY_ENTRIES, ttl: VOCABULARY_MS });

  constructor(
    private readonly terms: SearchTermsRepository,
    private readonly searches: ProductSearchRepository,
    private readonly synonyms: SynonymBook,
  ) {
    super();
  }

  override async search(request: SearchRequest): Promise<SearchHits> {
    const { query, filters, page, facets } = request;
    const alike = query ? await this.synonyms.find(query.words) : [];
    const vocabulary = await this.vocabularyOf(request, alike);
    const more = query ? [...joinedWords(query, vocabulary), ...otherForms(query, vocabulary)] : [];
    const ranked = page.sort.column === 'rank';
    const plan = planSearch({ query, alike: [...alike, ...more], filters, ranked }, vocabulary);
    const chosen = [...filters.keys(), ...(isOfAnyPrice(request) ? [] : ['price'])];
    return this.searches.search(plan, page, facets ? chosen : null);
  }

  private async vocabularyOf(request: SearchRequest, alike: readonly WordsAlike[]): Promise<Vocabulary> {
    const { query, page, facets, isUnmeasured = false } = request;
    const filters = [...request.filters.values()].flat();
    if (isUnmeasured) return commonFilters(filters);
    if (query === null && filters.length === 0 && isOfAnyPrice(request) && !facets) return NOTHING;
    return this.look(query, { alike, filters, language: page.view.language });
  }

  override suggest(beginning: string, limit: number): Promise<Suggestions> {
    return this.searches.suggest(fold(beginning), limit);
  }

  private async look(
    query: SearchQuery | null,
    { alike, filters, language }: { alike: readonly WordsAlike[]; filters: readonly string[]; language: string },
  ): Promise<Vocabulary> {
    const words = query ? [...new Set([...query.words, ...query.phrases.flat(), ...query.without.flat()])] : [];
    const others = [...alike.flatMap(({ alternatives }) => alternatives.flat()), ...(query ? [...pairs(query), ...query.words.flatMap(writtenOtherwise)] : [])];
    const question: VocabularyQuestion = {
      words,
      others: [...new Set(others)].filter((word) => !words.includes(word)),
      prefix: query?.unfinished === true ? (query.words.at(-1) ?? null) : null,
      filters: [...new Set(filters)],
      language,
    };
    const key = JSON.stringify(question);
    const kept = isRehearsing() ? undefined : this.known.get(key);
    if (kept) return kept;
    const found = await this.terms.look(question);
    if (!isRehearsing()) this.known.set(key, found);
    return found;
  }
}

function isOfAnyPrice({ page: { price } }: SearchRequest): boolean {
  return price.min === null && price.max === null;
}

const NOTHING: Vocabulary = { products: 0, best: 0, words: new Map(), filters: new Map() };

/** A vocabulary in which filters are so common that a list is walked before they are looked up. */
function commonFilters(values: readonly string[]): Vocabulary {
  const [products, having] = [1_000_000, 100_000];
  return { ...NOTHING, products, filters: new Map(values.map((value) => [value, having])) };
}

/** Neighbouring words written as one. */
function pairs({ words }: SearchQuery): string[] {
  return words.slice(1).map((word, index) => `${words[index] ?? ''}${word}`);
}

/** Neighbours that the catalogue knows as one word: `note book`. */
function joinedWords(query: SearchQuery, { words }: Vocabulary): WordsAlike[] {
  return pairs(query).flatMap((pair, start) =>
    (words.get(pair)?.wordCount.documents ?? 0) > 0 ? [{ start, length: 2, alternatives: [[pair]] }] : []);
}

/** Words as which a word may be written otherwise. */
function writtenOtherwise(word: string): string[] {
  return [...irregularFormsOf(word), ...(spacedForm(word) ?? [])];
}

/** Other forms of words that the catalogue knows: `scarf` for `scarves`, `500 ml` for `500ml`. */
function otherForms(query: SearchQuery, { words }: Vocabulary): WordsAlike[] {
  const isKnown = (word: string): boolean => (words.get(word)?.wordCount.documents ?? 0) > 0;
  return query.words.flatMap((word, start) => {
    const irregular = irregularFormsOf(word).filter(isKnown);
    const spaced = spacedForm(word);
    return [
      ...(irregular.length > 0 ? [{ start, length: 1, alternatives: irregular.map((form) => [form]) }] : []),
      ...(spaced?.every(isKnown) === true ? [{ start, length: 1, alternatives: [spaced], adjacent: true }] : []),
    ];
  });
}
