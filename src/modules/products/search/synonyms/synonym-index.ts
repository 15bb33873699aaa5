import { fold } from '../fold.js';

/** Whether the terms of a set stand for each other, or are also searched for as something else. */
export type SynonymKind = 'two_way' | 'one_way';

/** What a set of synonyms says, as staff typed it. */
export interface SynonymTerms {
  readonly kind: SynonymKind;
  readonly terms: readonly string[];
  readonly replacements: readonly string[];
}

/** Words of a query that have synonyms, and those synonyms, each a list of folded words. */
export interface SynonymMatch {
  /** Index of the first of the words. */
  readonly start: number;
  /** How many words they are. */
  readonly length: number;
  readonly alternatives: string[][];
}

/** Alternatives of one term at most: many sets may name it, and a query must stay small. */
const MAX_ALTERNATIVES = 50;

interface Phrase {
  readonly key: string;
  readonly words: readonly string[];
}

/** Finds the synonyms of words; made of sets once, then only read. */
export class SynonymIndex {
  /** By each term, what its sets have to offer beside it. */
  private readonly offers = new Map<string, (readonly Phrase[])[]>();
  private longest = 0;

  /** @param sets the sets; of one term with too many alternatives, those of the first ones count */
  constructor(sets: readonly SynonymTerms[]) {
    for (const { kind, terms, replacements } of sets) {
      const typed = terms.map(toPhrase);
      const offered = kind === 'two_way' ? typed : replacements.map(toPhrase);
      for (const { key, words } of typed) {
        const known = this.offers.get(key);
        if (known) known.push(offered);
        else this.offers.set(key, [offered]);
        this.longest = Math.max(this.longest, words.length);
      }
    }
  }

  /**
   * Every run of words that is a term, in the order of the words; of those that begin at
   * the same word, the longest first. They may overlap.
   *
   * @param words folded words
   */
  find(words: readonly string[]): SynonymMatch[] {
    return words.flatMap((_, start) => this.findAt(words, start));
  }

  private findAt(words: readonly string[], start: number): SynonymMatch[] {
    const matches: SynonymMatch[] = [];
    for (let length = Math.min(this.longest, words.length - start); length > 0; length -= 1) {
      const alternatives = this.alternativesOf(words.slice(start, start + length).join(' '));
      if (alternatives.length > 0) matches.push({ start, length, alternatives });
    }
    return matches;
  }

  private alternativesOf(key: string): string[][] {
    const alternatives = new Map<string, string[]>();
    for (const offered of this.offers.get(key) ?? []) {
      for (const phrase of offered) {
        if (alternatives.size === MAX_ALTERNATIVES) break;
        if (phrase.key !== key) alternatives.set(phrase.key, [...phrase.words]);
      }
    }
    return [...alternatives.values()];
  }
}

function toPhrase(text: string): Phrase {
  const words = fold(text);
  return { key: words.join(' '), words };
}
