import { fold } from './fold.js';

/** Words of a query that count; more make it slower and find nothing better. */
const MAX_WORDS = 12;
const MAX_WORD_LENGTH = 60;

/** What a buyer typed, read. */
export interface SearchQuery {
  /** Words that are to be found, in order. */
  readonly words: readonly string[];
  /** Words in quotes, which are to be found side by side. */
  readonly phrases: readonly (readonly string[])[];
  /** Words behind a minus, which are not to be found; several to one minus form a phrase. */
  readonly without: readonly (readonly string[])[];
  /** Whether the last word may go on: the buyer has not typed anything behind it. */
  readonly unfinished: boolean;
  /** The whole text, folded, to compare with a SKU or title. */
  readonly whole: string;
}

/** Reads `red shirt -cotton "long sleeve"`; nothing is a fault, what means nothing is left out. */
export function parseSearch(text: string): SearchQuery {
  const words: string[] = [];
  const phrases: string[][] = [];
  const without: string[][] = [];
  let left = MAX_WORDS;
  const take = (part: string): string[] => {
    const taken = fold(part).map((word) => Array.from(word).slice(0, MAX_WORD_LENGTH).join('')).slice(0, left);
    left -= taken.length;
    return taken;
  };
  for (const [, minus, quoted, plain] of text.matchAll(/(?<![^\s])(-?)(?:"([^"]*)"|(\S+))/g)) {
    const found = take(quoted ?? plain ?? '');
    if (found.length === 0) continue;
    if (minus === '-') without.push(found);
    else if (quoted !== undefined && found.length > 1) phrases.push(found);
    else words.push(...found);
  }
  const unfinished = words.length > 0 && /[\p{L}\p{N}]$/u.test(text) && !/(?:^|\s)-\S*$/.test(text);
  return { words, phrases, without, unfinished, whole: fold(text).join(' ') };
}
