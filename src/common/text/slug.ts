/** Longest slug, in characters. */
export const MAX_SLUG_LENGTH = 120;

/** Makes a URL slug: lower-case ASCII letters, digits and single hyphens; may be empty. */
export function slugify(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_SLUG_LENGTH)
    .replace(/^-+|-+$/g, '');
}
