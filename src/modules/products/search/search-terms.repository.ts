import { Injectable } from '@nestjs/common';
import { Database } from '../../../infrastructure/database/database.js';

/** In how many products a term is, and in how many titles. */
export interface TermCount {
  readonly documents: number;
  readonly titles: number;
}

/** A known word that an unknown one may have been meant as. */
export interface KnownWord extends TermCount {
  readonly word: string;
  readonly stem: string | null;
}

/** What is known of a word. */
export interface WordFacts {
  readonly word: string;
  /**
   * What it is found by, whatever its form: its stem in the shop's language, and in the
   * buyer's when that differs. None for a stop word.
   */
  readonly stems: readonly (TermCount & { readonly stem: string })[];
  /** The products with the very word. */
  readonly wordCount: TermCount;
  /** The products with a word that begins so; zero unless asked for. */
  readonly prefixCount: TermCount;
  /** Known words that are nearly the same, where the word is unknown. */
  readonly similar: readonly KnownWord[];
  /** Known words that make up the word, where it is unknown. */
  readonly splits: readonly (readonly [KnownWord, KnownWord])[];
}

/** What a search asks of the vocabulary. */
export interface VocabularyQuestion {
  /** Words that the buyer typed. */
  readonly words: readonly string[];
  /** Words that may stand for them. */
  readonly others: readonly string[];
  /** The word that may be the beginning of one. */
  readonly prefix: string | null;
  /** Filters, such as `vendor=Acme`. */
  readonly filters: readonly string[];
  /** The buyer's language. */
  readonly language: string;
}

/** What the vocabulary answers. */
export interface Vocabulary {
  /** Products in all. */
  readonly products: number;
  /** Those of them that are kept by themselves as the best; 0 for none. */
  readonly best: number;
  readonly words: ReadonlyMap<string, WordFacts>;
  readonly filters: ReadonlyMap<string, number>;
}

/** Letters from which on a word can be a misspelt one. */
export const MIN_MISSPELT = 4;

/** The words of the catalogue, with how common each is. */
@Injectable()
export class SearchTermsRepository {
  constructor(private readonly database: Database) {}

  /** What is known of the words and filters of a search; one statement. */
  async look({ words, others, prefix, filters, language }: VocabularyQuestion): Promise<Vocabulary> {
    const rows = await this.database.queryAsPlanned<{ kind: 'word' | 'filter' | 'all' | 'best'; name: string; facts: WordFacts; count: number }>(
      LOOK,
      [words, prefix, filters, others, language],
    );
    const of = (kind: string) => rows.filter((row) => row.kind === kind);
    return {
      products: of('all')[0]?.count ?? 0,
      best: of('best')[0]?.count ?? 0,
      words: new Map(of('word').map(({ name, facts }) => [name, facts])),
      filters: new Map(of('filter').map(({ name, count }) => [name, count])),
    };
  }
}

const counted = (alias: string): string =>
  `json_build_object('documents', coalesce(${alias}.documents, 0), 'titles', coalesce(${alias}.title_documents, 0))`;

const known = (alias: string): string => `json_build_object('word', substr(${alias}.term, 2), 'documents', ${alias}.documents,
  'titles', ${alias}.title_documents, 'stem', (SELECT min(lexeme) FROM unnest(to_tsvector(l.language, substr(${alias}.term, 2)))))`;

const STEMS = `CROSS JOIN LATERAL (
  SELECT coalesce(json_agg(json_build_object('stem', x.lexeme, 'documents', coalesce(s.documents, 0), 'titles', coalesce(s.title_documents, 0))
    ORDER BY x.place), '[]') AS list, count(s.term) > 0 AS known
  FROM (SELECT lexeme, min(place) AS place FROM (
      SELECT lexeme, 1 FROM unnest(to_tsvector(l.language, w.word))
      UNION ALL SELECT lexeme, 2 FROM unnest(to_tsvector(search_language($5), w.word))) AS e (lexeme, place) GROUP BY lexeme) x
  LEFT JOIN search_terms s ON s.term = x.lexeme
) stems`;

/** Only words that nobody has are mended: for others PostgreSQL does not begin to look for what is near them. */
export const LOOK = `
SELECT 'word' AS kind, w.word AS name, 0 AS count, json_build_object(
  'word', w.word, 'stems', stems.list, 'wordCount', ${counted('t')}, 'prefixCount', ${counted('p')},
  'similar', coalesce(alike.words, '[]'), 'splits', coalesce(splits.pairs, '[]')) AS facts
FROM unnest($1::text[]) AS w (word)
CROSS JOIN search_settings l
${STEMS}
LEFT JOIN search_terms t ON t.term = '=' || w.word
LEFT JOIN LATERAL (
  SELECT sum(documents)::int AS documents, sum(title_documents)::int AS title_documents FROM (
    SELECT documents, title_documents FROM search_terms
    WHERE w.word = $2 AND term >= '=' || w.word AND term < '=' || w.word || U&'\\+10FFFF' LIMIT 2000) begins
) p ON true
CROSS JOIN LATERAL (
  SELECT NOT stems.known AND t.term IS NULL AND p.documents IS NULL AND length(w.word) BETWEEN ${String(MIN_MISSPELT)} AND 30 AS mended OFFSET 0) u
LEFT JOIN LATERAL (
  SELECT json_agg(${known('m')}) AS words FROM search_terms m WHERE u.mended AND m.term IN (
    SELECT '=' || d.term FROM search_deletions d
    WHERE d.deletion IN (SELECT search_deletions_of(search_deletions_of(w.word))) LIMIT 500)
) alike ON true
LEFT JOIN LATERAL (
  SELECT json_agg(json_build_array(${known('a')}, ${known('b')})) AS pairs
  FROM generate_series(1, length(w.word) - 1) AS cut
  JOIN search_terms a ON a.term = '=' || left(w.word, cut)
  JOIN search_terms b ON b.term = '=' || substr(w.word, cut + 1) WHERE u.mended
) splits ON true
UNION ALL
SELECT 'word', w.word, 0, json_build_object(
  'word', w.word, 'stems', stems.list, 'wordCount', ${counted('t')},
  'prefixCount', json_build_object('documents', 0, 'titles', 0), 'similar', json_build_array(), 'splits', json_build_array())
FROM unnest($4::text[]) AS w (word)
CROSS JOIN search_settings l
${STEMS}
LEFT JOIN search_terms t ON t.term = '=' || w.word
UNION ALL
SELECT 'filter', f.name, coalesce(t.documents, 0), NULL FROM unnest($3::text[]) AS f (name) LEFT JOIN search_terms t ON t.term = f.name
UNION ALL
SELECT 'all', '', documents, NULL FROM search_terms WHERE term = ''
UNION ALL
SELECT 'best', '', best_products, NULL FROM search_settings`;
