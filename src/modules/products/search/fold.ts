const LETTERS: Readonly<Record<string, string>> = {
  ...{ ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th' },
  ...{ ø: 'o', ł: 'l', đ: 'd', ð: 'd', ı: 'i' },
};

/**
 * The words of a text as a search compares them: lower case, without accents and
 * apostrophes, split at everything that is no letter or digit. PostgreSQL's function
 * `search_fold` does the same to the texts of products.
 */
export function fold(text: string): string[] {
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[\u0300-\u036F'’ʼ]+/g, '')
    .replace(/[ßæœþøłđðı]/g, (letter) => LETTERS[letter] ?? letter)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** A folded text without what separates its words, as SKUs are compared. */
export function bareSku(folded: string): string {
  return folded.replaceAll(' ', '');
}
