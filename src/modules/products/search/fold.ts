const LETTERS: Readonly<Record<string, string>> = {
  ...{ ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th' },
  ...{ ø: 'o', ł: 'l', đ: 'd', ð: 'd', ı: 'i', ς: 'σ' },
};

/**
 * What lies between words: the controls, punctuation, signs and pictures of Unicode's blocks. Named one by one,
 * since what counts as a letter differs between Unicode's versions and between the collations of databases;
 * marks belong to words, without them those of Thai or Hindi would fall apart.
 */
const BETWEEN_WORDS =
  // eslint-disable-next-line no-control-regex -- controls are what is to be found
  /[\u0000-/:-@[-`{-\u00A9\u00AB-\u00B4\u00B6-\u00B9\u00BB-\u00BF\u00D7\u00F7\u02C2-\u02C5\u02D2-\u02DF\u037E\u0387\u055A-\u055F\u0589\u058A\u05BE\u05C0\u05C3\u05C6\u05F3\u05F4\u0600-\u060F\u061B-\u061F\u066A-\u066D\u06D4\u0964\u0965\u0970\u0E3F\u0E4F\u0E5A\u0E5B\u1680\u2000-\u206F\u20A0-\u20FF\u2190-\u245F\u2500-\u2BFF\u2E00-\u2E7F\u3000-\u3004\u3008-\u3020\u3030\u303D-\u303F\u30FB\uD800-\uF8FF\uFD3E\uFD3F\uFE00-\uFE1F\uFE30-\uFE6F\uFEFF-\uFF0F\uFF1A-\uFF20\uFF3B-\uFF40\uFF5B-\uFF65\uFFE0-\uFFFF\u{1F000}-\u{1FAFF}\u{E0000}-\u{E007F}]+/u;

/**
 * The words of a text as a search compares them: lower case, without accents and
 * apostrophes, split at everything that is no part of a word. PostgreSQL's function
 * `search_fold` does the same to the texts of products.
 */
export function fold(text: string): string[] {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[\u0300-\u036F'’ʼ]+/g, '')
    .replace(/[ßæœþøłđðıς]/g, (letter) => LETTERS[letter] ?? letter)
    .split(BETWEEN_WORDS)
    .filter((word) => word !== '');
}

/** A folded text without what separates its words, as SKUs are compared. */
export function bareSku(folded: string): string {
  return folded.replaceAll(' ', '');
}
