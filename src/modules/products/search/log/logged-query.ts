import { fold } from '../fold.js';

const MAX_LENGTH = 100;
/** Six digits or more, also where they are written in groups: a number of a telephone, a card, an order. */
const LONG_NUMBER = /\p{Nd}(?:[\s()./+-]*\p{Nd}){5}/u;

/**
 * A query as the log counts it: folded words, 100 characters at most. Empty for one that
 * is not to be kept, because it has no words or may name a person.
 */
export function loggedQuery(raw: string): string {
  const text = raw.normalize('NFKC');
  if (text.includes('@') || LONG_NUMBER.test(text)) return '';
  return Array.from(fold(text).join(' ')).slice(0, MAX_LENGTH).join('').trimEnd();
}
