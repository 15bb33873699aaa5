import type { SearchQuery } from './search-query.js';
import { editDistance } from './edit-distance.js';
import type { KnownWord, TermCount, Vocabulary, WordFacts } from './search-terms.repository.js';

/** Words of a query from `start` on, and what else they may be called. */
export interface WordsAlike {
  readonly start: number;
  readonly length: number;
  readonly alternatives: readonly (readonly string[])[];
}

/** A part of a query in PostgreSQL's language, and which share of the products it may match. */
export interface Term {
  readonly sql: string;
  /** Share of the products, 0 to 1, by the vocabulary. */
  readonly share: number;
  /** Share of the products that have it in their title. */
  readonly titleShare: number;
}

/** What must be found, each with the other: strictly, and with words that may go on. */
export interface Clause {
  readonly strict: Term;
  readonly loose: Term;
}

const MAX_CORRECTIONS = 3;
/** Letters from which on a word can be the beginning of one. */
const MIN_BEGINNING = 2;
/** Letters from which on two mistakes are forgiven. */
const TWO_MISTAKES = 8;

/** Quotes a lexeme for a tsquery. */
export function lexeme(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** All of the terms. Terms that go together are more often found together than chance says: the further ones count less. */
export function allOf(terms: readonly Term[]): Term {
  return {
    sql: terms.map(({ sql }) => `(${sql})`).join(' & '),
    share: together(terms.map(({ share }) => share)),
    titleShare: together(terms.map(({ titleShare }) => titleShare)),
  };
}

/** Any of the terms. */
export function anyOf(terms: readonly Term[]): Term {
  const sum = (shares: number[]): number => Math.min(1, shares.reduce((total, share) => total + share, 0));
  return {
    sql: terms.map(({ sql }) => `(${sql})`).join(' | '),
    share: sum(terms.map(({ share }) => share)),
    titleShare: sum(terms.map(({ titleShare }) => titleShare)),
  };
}

/** None of the terms. */
export function noneOf(terms: readonly Term[]): Term {
  const any = anyOf(terms);
  return { sql: `!(${any.sql})`, share: 1 - any.share, titleShare: 1 - any.titleShare };
}

function together(shares: readonly number[]): number {
  return [...shares].sort((a, b) => a - b).reduce((total, share, index) => total * share ** (1 / 2 ** index), 1);
}

/** Turns a query into the clauses of a tsquery. */
export class TsQueryBuilder {
  private readonly onlyStopWords: boolean;

  constructor(
    private readonly query: SearchQuery,
    private readonly vocabulary: Vocabulary,
  ) {
    const all = [...query.words, ...query.phrases.flat()];
    this.onlyStopWords = all.every((word) => this.facts(word).stems.length === 0);
  }

  /** The clauses of the words and phrases; none when nothing is asked for. */
  clauses(alike: readonly WordsAlike[]): Clause[] {
    const { words, phrases } = this.query;
    const clauses: Clause[] = [];
    for (let place = 0; place < words.length; ) {
      const match = alike.find(({ start }) => start === place);
      const own = words.slice(place, place + (match?.length ?? 1)).flatMap((word, index, { length }) =>
        this.wordClause(word, this.query.unfinished && length === 1 && place + index === words.length - 1));
      const others = (match?.alternatives ?? []).map((alternative) => this.allWords(alternative));
      place += match?.length ?? 1;
      if (own.length === 0 && others.length === 0) continue;
      clauses.push(own.length === 0 ? { strict: anyOf(others), loose: anyOf(others) } : withOthers(own, others));
    }
    for (const phrase of phrases) clauses.push(...this.phraseClause(phrase));
    return clauses;
  }

  /** What must not be found. */
  without(): Term[] {
    return this.query.without.flatMap((phrase) => this.phraseClause(phrase).map(({ strict }) => strict));
  }

  private wordClause(word: string, mayGoOn: boolean): Clause[] {
    const facts = this.facts(word);
    const begins = mayGoOn ? this.begins(facts) : null;
    if (facts.stems.length === 0 && !this.onlyStopWords) {
      // A stop word asks for nothing, unless it is the beginning of another.
      return begins && facts.wordCount.documents === 0 ? [{ strict: begins, loose: begins }] : [];
    }
    const own = this.wordTerm(word);
    const isKnown = facts.wordCount.documents > 0 || facts.stems.some(({ documents }) => documents > 0);
    if (isKnown) return [{ strict: own, loose: begins ? anyOf([own, begins]) : own }];
    return [begins ? alike([own, begins]) : this.meant(own, facts)];
  }

  /** An unknown word: the two words that it is made up of, and then what it is nearly. */
  private meant(own: Term, facts: WordFacts): Clause {
    const parts = this.parts(facts);
    const nearest = this.nearest(facts);
    if (parts.length === 0) return alike([own, ...nearest]);
    return { strict: anyOf([own, ...parts]), loose: anyOf([own, ...parts, ...nearest]) };
  }

  /** Words that begin so, if there are. */
  private begins({ word, prefixCount }: WordFacts): Term | null {
    if (prefixCount.documents === 0 || word.length < MIN_BEGINNING) return null;
    return { sql: `${lexeme(`=${word}`)}:*`, ...this.shares(prefixCount) };
  }

  /** The known words that an unknown one is nearest to. */
  private nearest({ word, similar }: WordFacts): Term[] {
    const allowed = word.length >= TWO_MISTAKES ? 2 : 1;
    const measured = similar
      .map((candidate) => ({ candidate, distance: editDistance(word, candidate.word) }))
      .filter(({ distance }) => distance <= allowed)
      .sort((a, b) => a.distance - b.distance || b.candidate.documents - a.candidate.documents);
    const nearest = measured.filter(({ distance }) => distance === measured[0]?.distance).slice(0, MAX_CORRECTIONS);
    return nearest.map(({ candidate }) => this.knownTerm(candidate));
  }

  /** The two known words that an unknown one is made up of. */
  private parts({ splits }: WordFacts): Term[] {
    const rarer = ([first, second]: readonly [KnownWord, KnownWord]): number => Math.min(first.documents, second.documents);
    const [best] = [...splits].sort((a, b) => rarer(b) - rarer(a));
    return best ? [allOf(best.map((part) => this.knownTerm(part)))] : [];
  }

  private knownTerm(known: KnownWord): Term {
    return { sql: lexeme(known.stem ?? `=${known.word}`), ...this.shares(known) };
  }

  private allWords(words: readonly string[]): Term {
    return allOf(words.map((word) => this.wordTerm(word)));
  }

  /** A word in whatever form; a stop word as it is. */
  private wordTerm(word: string): Term {
    const { stems, wordCount } = this.facts(word);
    if (stems.length === 0) return { sql: lexeme(`=${word}`), ...this.shares(wordCount) };
    return anyOf(stems.map(({ stem, ...count }) => ({ sql: lexeme(stem), ...this.shares(count) })));
  }

  private phraseClause(phrase: readonly string[]): Clause[] {
    if (phrase.length === 0) return [];
    const inLanguages = [0, 1].flatMap((language) => this.phraseTerm(phrase, language));
    const found = inLanguages.length > 0 ? anyOf(inLanguages) : this.allWords(phrase);
    return [{ strict: found, loose: found }];
  }

  /** A phrase by its stems of one language; stop words leave their room. */
  private phraseTerm(phrase: readonly string[], language: number): Term[] {
    const stems = phrase.flatMap((word, place) => {
      const known = this.facts(word).stems;
      const found = known[language] ?? (language > 0 ? known[0] : undefined);
      return found ? [{ ...found, place }] : [];
    });
    const [first] = stems;
    const isOther = language === 0 || phrase.some((word) => this.facts(word).stems.length > language);
    if (!first || !isOther) return [];
    const sql = stems.slice(1).reduce(
      (left, { stem, place }, index) => `${left} <${String(place - (stems[index]?.place ?? 0))}> ${lexeme(stem)}`,
      lexeme(first.stem),
    );
    const { share, titleShare } = allOf(stems.map((count) => ({ sql: '', ...this.shares(count) })));
    // Words that are found together are not side by side for that.
    const part = stems.length > 1 ? 2 : 1;
    return [{ sql, share: share / part, titleShare: titleShare / part }];
  }

  private facts(word: string): WordFacts {
    const none = { documents: 0, titles: 0 };
    return this.vocabulary.words.get(word)
      ?? { word, stems: [], wordCount: none, prefixCount: none, similar: [], splits: [] };
  }

  private shares({ documents, titles }: TermCount): { share: number; titleShare: number } {
    const all = Math.max(1, this.vocabulary.products);
    return { share: Math.min(1, documents / all), titleShare: Math.min(1, titles / all) };
  }
}

function alike(terms: readonly Term[]): Clause {
  const found = anyOf(terms);
  return { strict: found, loose: found };
}

function withOthers(own: readonly Clause[], others: readonly Term[]): Clause {
  const strict = allOf(own.map((clause) => clause.strict));
  const loose = allOf(own.map((clause) => clause.loose));
  return others.length === 0 ? { strict, loose } : { strict: anyOf([strict, ...others]), loose: anyOf([loose, ...others]) };
}
