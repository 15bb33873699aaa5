/** Words with which people ask, and which say nothing of what they want. */
const ASKING = new Set((
  'best buy buying could find get give like look looking need needed please purchase search searching shop show something want wanted would'
).split(' '));

/** Plurals that no rule makes, as the word and its plural. */
const IRREGULAR = [
  ['child', 'children'], ['foot', 'feet'], ['goose', 'geese'], ['man', 'men'], ['mouse', 'mice'], ['person', 'people'],
  ['tooth', 'teeth'], ['woman', 'women'],
] as const;

const OTHER_FORM = new Map<string, string>(IRREGULAR.flatMap(([one, many]) => [[one, many], [many, one]]));

/** Letters of a number that are written apart: a unit. */
const WITH_UNIT = /^(\d+)(\p{L}{1,4})$/u;
const THOUSANDS = /^\d{4,6}$/;

/** Whether a word only asks, as in "I need a lamp". */
export function isAsking(word: string): boolean {
  return ASKING.has(word);
}

/** A word with its regular plural or singular: what is found beside it in a list of words that are not stemmed. */
export function formsOf(word: string): string[] {
  if (word.length < 3 || !/\p{L}$/u.test(word)) return [word];
  if (/[^aeiou]ies$/.test(word)) return [word, `${word.slice(0, -3)}y`];
  if (/(?:s|x|z|ch|sh)es$/.test(word)) return [word, word.slice(0, -2), word.slice(0, -1)];
  if (/[^s]s$/.test(word)) return [word, word.slice(0, -1)];
  if (/(?:s|x|z|ch|sh)$/.test(word)) return [word, `${word}es`];
  if (/[^aeiou]y$/.test(word)) return [word, `${word.slice(0, -1)}ies`];
  return [word, `${word}s`];
}

/** Forms of a word that have another stem: `scarves` of `scarf`, `feet` of `foot`. */
export function irregularFormsOf(word: string): string[] {
  const known = OTHER_FORM.get(word);
  if (known !== undefined) return [known];
  if (word.length > 4 && word.endsWith('ves')) return [`${word.slice(0, -3)}f`, `${word.slice(0, -3)}fe`];
  if (word.length > 3 && /[^f]fe?$/.test(word)) return [`${word.replace(/fe?$/, '')}ves`];
  return [];
}

/** A number as it is written otherwise, in words side by side: `500ml` as `500 ml`, `20000` as `20 000`. */
export function spacedForm(word: string): string[] | null {
  const match = WITH_UNIT.exec(word);
  if (!match && !THOUSANDS.test(word)) return null;
  const [, number = word, unit] = match ?? [];
  const digits = THOUSANDS.test(number) ? [number.slice(0, -3), number.slice(-3)] : [number];
  return [...digits, ...(unit === undefined ? [] : [unit])];
}
