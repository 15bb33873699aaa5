/** Most language ranges of a header that are looked at; what comes after them is ignored. */
const MAX_RANGES = 50;

const RANGE = /^(\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)$/i;
const QUALITY = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i;

interface LanguageRange {
  readonly tag: string;
  readonly quality: number;
}

/**
 * The language of `Accept-Language` (RFC 9110) that is spoken, found by lookup (RFC 4647,
 * section 3.4): the best range first, each shortened from its end until one fits. What the
 * client refuses with `q=0` is not chosen for it; nothing that fits is the first of `spoken`.
 *
 * @param spoken the languages that there are, at least one, the own one first
 */
export function chooseLanguage(header: string | undefined, spoken: readonly string[]): string {
  const own = spoken[0] ?? '';
  if (header === undefined || spoken.length < 2) return own;
  const ranges = readRanges(header);
  const refused = new Set(ranges.filter(({ quality }) => quality === 0).map(({ tag }) => tag));
  const open = spoken.filter((language) => !refused.has(language.toLowerCase()));
  const named = new Set(ranges.map(({ tag }) => tag));
  // The sort is stable: of two that are wanted as much, the one that was named first goes first.
  for (const { tag } of ranges.filter(({ quality }) => quality > 0).sort((a, b) => b.quality - a.quality)) {
    const found = tag === '*' ? open.find((language) => !named.has(language.toLowerCase())) : lookUp(tag, open);
    if (found !== undefined) return found;
  }
  return own;
}

/** The one of `spoken` that a tag names, in whatever case; `undefined` when there is none. */
export function findLanguage(tag: string, spoken: readonly string[]): string | undefined {
  return spoken.find((language) => language.toLowerCase() === tag.toLowerCase());
}

/**
 * The languages whose translations stand in for each other, the wanted one first, then its
 * parents (de-AT, de); without the own one, whose texts need no translation, and what comes after it.
 *
 * @param spoken the languages that there are, the own one first
 */
export function fallbackLanguages(language: string, spoken: readonly string[]): string[] {
  const chain: string[] = [];
  for (let tag = language; tag !== ''; tag = shortened(tag)) {
    const found = findLanguage(tag, spoken);
    if (found === spoken[0]) break;
    if (found !== undefined) chain.push(found);
  }
  return chain;
}

function readRanges(header: string): LanguageRange[] {
  return header
    .split(',', MAX_RANGES)
    .map((part) => part.split(';').map((piece) => piece.trim()))
    .flatMap(([tag = '', weight, ...more]) => {
      const quality = weight === undefined ? '1' : QUALITY.exec(weight)?.[1];
      if (!RANGE.test(tag) || quality === undefined || more.length > 0) return [];
      return [{ tag: tag.toLowerCase(), quality: Number(quality) }];
    });
}

function lookUp(range: string, spoken: readonly string[]): string | undefined {
  for (let tag = range; tag !== ''; tag = shortened(tag)) {
    const found = findLanguage(tag, spoken);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A tag without its last part, and without a single letter before that, which only introduces it; empty at the end. */
function shortened(tag: string): string {
  return tag.replace(/(^|-)[^-]+$/, '').replace(/-[^-]$/, '');
}
