import type { SearchQuery } from './search-query.js';
import { editDistance } from './edit-distance.js';
import type { KnownWord, TermCount, Vocabulary, WordFacts } from './search-terms.repository.js';
import { formsOf, isAsking } from './word-forms.js';

/** Words of a query from `start` on, and what else they may be called. */
export interface WordsAlike {
  readonly start: number;
  readonly length: number;
  readonly alternatives: readonly (readonly string[])[];
  /** Whether the words of an alternative must be side by side. */
  readonly adjacent?: boolean;
}

/** A part of a query in PostgreSQL's language, and which share of the products it may match. */
export interface Term {
  readonly sql: string;
  /** Share of the products, 0 to 1, by the vocabulary. */
  readonly share: number;
  /** Share of the products that have it in their title. */
  readonly titleShare: number;
  /** Entries of the index to be read for it, for each product; those of a beginning are dearer and count more. */
  readonly reading: number;
}

/** What must be found, each with the other. */
export interface Clause {
  /** Wherever it is. */
  readonly strict: Term;
  /** Wherever it is, with words that may go on. */
  readonly loose: Term;
  /** In what names and sorts the product: its title, vendor, category, tags, options; not its description. */
  readonly named: Term;
  /** Whether it is a single letter that is still typed on, and so may be of no help. */
  readonly isBegun?: boolean;
}

/** How many times dearer than the entries of a word those of a beginning are: they are collected before they are compared. */
const BEGINNING = 30;
const MAX_CORRECTIONS = 3;
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
    share: shareOfAll(terms),
    titleShare: together(terms.map(({ titleShare }) => titleShare)),
    reading: readingOf(terms),
  };
}

/** Any of the terms. */
export function anyOf(terms: readonly Term[]): Term {
  const sum = (shares: number[]): number => Math.min(1, shares.reduce((total, share) => total + share, 0));
  return {
    sql: terms.map(({ sql }) => `(${sql})`).join(' | '),
    share: sum(terms.map(({ share }) => share)),
    titleShare: sum(terms.map(({ titleShare }) => titleShare)),
    reading: readingOf(terms),
  };
}

/** None of the terms; no index finds what lacks something. */
export function noneOf(terms: readonly Term[]): Term {
  const any = anyOf(terms);
  return { sql: `!(${any.sql})`, share: 1 - any.share, titleShare: 1 - any.titleShare, reading: Infinity };
}

/** Share of the products, 0 to 1, that have all of the terms. */
export function shareOfAll(terms: readonly Term[]): number {
  return together(terms.map(({ share }) => share));
}

/** Entries of the index to be read for some terms, for each product. */
export function readingOf(terms: readonly Term[]): number {
  return terms.reduce((total, { reading }) => total + reading, 0);
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
    this.onlyStopWords = all.every((word) => this.asksNothing(word));
  }

  /** The clauses of the words and phrases; none when nothing is asked for. */
  clauses(alike: readonly WordsAlike[]): Clause[] {
    const { words, phrases } = this.query;
    const clauses: Clause[] = [];
    for (let place = 0; place < words.length; ) {
      const here = alike.filter(({ start }) => start === place);
      const length = here[0]?.length ?? 1;
      const own = words.slice(place, place + length).flatMap((word, index) =>
        this.wordClause(word, place + index === words.length - 1, length === 1));
      const others = here.filter((match) => match.length === length).flatMap((match) => this.otherClauses(match));
      place += length;
      if (own.length + others.length > 0) clauses.push(withOthers(own, others));
    }
    for (const phrase of phrases) clauses.push(...this.phraseClause(phrase));
    return clauses;
  }

  /** What must not be found. */
  without(): Term[] {
    return this.query.without.flatMap((phrase) => this.phraseClause(phrase).map(({ strict }) => strict));
  }

  private otherClauses({ alternatives, adjacent = false }: WordsAlike): Clause[] {
    return alternatives.flatMap((words) => {
      if (adjacent) return this.phraseClause(words);
      const found = this.allWords(words);
      return [{ strict: found, loose: found, named: this.allNamed(words) }];
    });
  }

  private wordClause(word: string, isLast: boolean, alone: boolean): Clause[] {
    const facts = this.facts(word);
    const isTyped = isLast && this.query.unfinished;
    // What begins with the very word alone is found by it already.
    const mayGoOn = isTyped && alone && facts.prefixCount.documents > facts.wordCount.documents && word.length > 1;
    const counted = this.shares(facts.prefixCount);
    const begins: Term = { sql: `${lexeme(`=${word}`)}:*`, ...counted, reading: counted.reading * BEGINNING };
    if (this.asksNothing(word) && !this.onlyStopWords) {
      // A stop word asks for nothing, unless it is the beginning of another.
      return mayGoOn && facts.wordCount.documents === 0 ? [{ strict: begins, loose: begins, named: begins }] : [];
    }
    const isBegun = isTyped && word.length === 1;
    return [{ ...this.askingClause(facts, mayGoOn ? begins : null), isBegun }];
  }

  /** A word that asks for something; what begins so, too, while it is typed. */
  private askingClause(facts: WordFacts, begins: Term | null): Clause {
    const own = this.wordTerm(facts.word);
    const loose = begins ? anyOf([own, begins]) : own;
    const isKnown = facts.wordCount.documents > 0 || facts.stems.some(({ documents }) => documents > 0);
    if (isKnown) return { strict: own, loose, named: this.namedTerm(facts) };
    return begins ? { strict: loose, loose, named: begins } : this.unknownClause(facts, own);
  }

  /** A word that the catalogue does not know: two that are written as one, or else what it is nearest to. */
  private unknownClause(facts: WordFacts, own: Term): Clause {
    const parts = this.parts(facts);
    const nearly = this.nearest(facts);
    const both = (make: (known: KnownWord) => Term): Term[] => (parts ? [allOf(parts.map(make))] : []);
    const found = both((known) => this.knownTerm(known));
    const loose = anyOf([own, ...found, ...nearly.map((known) => this.knownTerm(known))]);
    const likely = parts ? both((known) => this.namedTerm(known)) : nearly.map((known) => this.namedTerm(known));
    return {
      strict: parts ? anyOf([own, ...found]) : loose,
      loose,
      named: likely.length > 0 ? anyOf(likely) : this.namedTerm(facts),
    };
  }

  /** Whether a word says nothing of what is wanted: a stop word, or one with which people ask where no title has it. */
  private asksNothing(word: string): boolean {
    const { stems, wordCount } = this.facts(word);
    return stems.length === 0 || (isAsking(word) && wordCount.titles === 0 && stems.every(({ titles }) => titles === 0));
  }

  /** The known words that an unknown one is nearest to. */
  private nearest({ word, similar }: WordFacts): KnownWord[] {
    const allowed = word.length >= TWO_MISTAKES ? 2 : 1;
    const measured = similar
      .map((candidate) => ({ candidate, distance: editDistance(word, candidate.word) }))
      .filter(({ distance }) => distance <= allowed)
      .sort((a, b) => a.distance - b.distance || b.candidate.documents - a.candidate.documents);
    const nearest = measured.filter(({ distance }) => distance === measured[0]?.distance).slice(0, MAX_CORRECTIONS);
    return nearest.map(({ candidate }) => candidate);
  }

  /** The two known words that an unknown one is made up of. */
  private parts({ splits }: WordFacts): readonly KnownWord[] | undefined {
    const rarer = ([first, second]: readonly [KnownWord, KnownWord]): number => Math.min(first.documents, second.documents);
    return [...splits].sort((a, b) => rarer(b) - rarer(a))[0];
  }

  private knownTerm(known: KnownWord): Term {
    return { sql: lexeme(known.stem ?? `=${known.word}`), ...this.shares(known) };
  }

  /** A word, or its plural, as it is written in what names a product. */
  private namedTerm(known: KnownWord | WordFacts): Term {
    const count = 'stems' in known ? mostOf([known.wordCount, ...known.stems.map(({ titles }) => ({ documents: titles, titles }))]) : known;
    const forms = formsOf(known.word).map((form) => lexeme(`=${form}`));
    return { sql: forms.join(' | '), ...this.shares(count) };
  }

  private allNamed(words: readonly string[]): Term {
    return allOf(words.map((word) => this.namedTerm(this.facts(word))));
  }

  private allWords(words: readonly string[]): Term {
    return allOf(words.map((word) => this.wordTerm(word)));
  }

  /** A word in whatever form, and as it is written where more products have it so; a stop word as it is. */
  private wordTerm(word: string): Term {
    const { stems, wordCount } = this.facts(word);
    const inForms = stems.map(({ stem, ...count }) => ({ sql: lexeme(stem), ...this.shares(count) }));
    // A word of a language that is not read is stemmed by the rules of another, and found as it is written alone.
    const isOfOthers = stems.every(({ documents }) => documents < wordCount.documents);
    return anyOf([...inForms, ...(isOfOthers ? [{ sql: lexeme(`=${word}`), ...this.shares(wordCount) }] : [])]);
  }

  private phraseClause(phrase: readonly string[]): Clause[] {
    if (phrase.length === 0) return [];
    const inLanguages = [0, 1].flatMap((language) => this.phraseTerm(phrase, language));
    const found = inLanguages.length > 0 ? anyOf(inLanguages) : this.allWords(phrase);
    const telling = phrase.filter((word) => this.facts(word).stems.length > 0);
    return [{ strict: found, loose: found, named: telling.length > 0 ? allOf([found, this.allNamed(telling)]) : found }];
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
    const { share, titleShare, reading } = allOf(stems.map((count) => ({ sql: '', ...this.shares(count) })));
    // Words that are found together are not side by side for that.
    const part = stems.length > 1 ? 2 : 1;
    return [{ sql, share: share / part, titleShare: titleShare / part, reading }];
  }

  private facts(word: string): WordFacts {
    const none = { documents: 0, titles: 0 };
    return this.vocabulary.words.get(word)
      ?? { word, stems: [], wordCount: none, prefixCount: none, similar: [], splits: [] };
  }

  private shares({ documents, titles }: TermCount): { share: number; titleShare: number; reading: number } {
    const all = Math.max(1, this.vocabulary.products);
    const share = Math.min(1, documents / all);
    return { share, titleShare: Math.min(1, titles / all), reading: share };
  }
}

function mostOf(counts: readonly TermCount[]): TermCount {
  return {
    documents: Math.max(...counts.map(({ documents }) => documents)),
    titles: Math.max(...counts.map(({ titles }) => titles)),
  };
}

/** All of a query's own words, or any of what else they may be called. */
function withOthers(own: readonly Clause[], others: readonly Clause[]): Clause {
  const anyWay = (kind: 'strict' | 'loose' | 'named'): Term => {
    const all = own.length > 0 ? [allOf(own.map((clause) => clause[kind]))] : [];
    return anyOf([...all, ...others.map((clause) => clause[kind])]);
  };
  const isBegun = others.length === 0 && own.some((clause) => clause.isBegun);
  return { strict: anyWay('strict'), loose: anyWay('loose'), named: anyWay('named'), isBegun };
}
