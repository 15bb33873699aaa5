import type { ProductOption, ProductSeo } from '../product.entity.js';

/** The names of options in another language, and their values by value. */
export type OptionTexts = Readonly<Record<string, { readonly name?: string | undefined; readonly values: Readonly<Record<string, string>> }>>;

/** What a product is called in another language; a list reads less. */
export interface ProductTexts {
  readonly title: string | null;
  readonly description?: string | null;
  readonly seo?: ProductSeo;
  readonly options: OptionTexts;
}

/** The texts of a product in several languages. */
export type TextsByLocale = Readonly<Record<string, ProductTexts>>;

interface Variant {
  readonly title: string;
  readonly options: Record<string, string>;
}

/** A product in its own language. */
interface Translatable {
  readonly title: string;
  /** It and the next are there in reads of one product. */
  readonly description?: string;
  readonly seo?: ProductSeo;
  readonly options: ProductOption[];
  readonly variants: Variant[];
}

const TITLE_SEPARATOR = ' / ';

/** The SQL of the texts of the product `p` in languages, a parameter; a list needs no long ones. */
export function translationsColumn(languages: string, { long }: { long: boolean }): string {
  const more = long ? `, 'description', t.description, 'seo', t.seo` : '';
  return `(SELECT json_object_agg(t.locale, json_build_object('title', t.title, 'options', t.options${more}))
    FROM product_translations t WHERE t.product_id = p.id AND t.locale = ANY(${languages}::text[])) AS translations`;
}

/** The SQL of all texts of the product `p` in some languages, a parameter, for a file. */
export function textsColumn(languages: string): string {
  return `(SELECT coalesce(json_agg(json_build_object('locale', t.locale, 'title', t.title, 'description', t.description,
      'seo', t.seo, 'options', t.options) ORDER BY t.locale), '[]')
    FROM product_translations t WHERE t.product_id = p.id AND t.locale = ANY(${languages}::text[]))`;
}

/** What a line of a cart or order shows, with what it is called in other languages; these are not there where none was asked for. */
export interface LineTexts {
  readonly title: string;
  readonly variantTitle: string;
  readonly productOptions?: ProductOption[];
  readonly variantOptions?: Record<string, string>;
  readonly translations?: TextsByLocale | null;
}

/** The SQL of the texts of a line that shows the variant `v` of the product `p`, beginning with a comma; its titles are read beside. */
export function lineTextColumns(languages: string): string {
  return `, p.options AS "productOptions", v.options AS "variantOptions", ${translationsColumn(languages, { long: false })}`;
}

/** The titles of a line in the first of some languages, as its product has them. */
export function lineTitles(
  { title, variantTitle, productOptions, variantOptions, translations = null }: LineTexts,
  languages: readonly string[],
): { title: string; variantTitle: string } {
  if (!productOptions || !variantOptions) return { title, variantTitle };
  const product = { title, options: productOptions, variants: [{ title: variantTitle, options: variantOptions }] };
  const said = inLanguages(product, translations, languages);
  return { title: said.title, variantTitle: said.variants[0]?.title ?? variantTitle };
}

/** A product in the first of some languages; each text that it lacks there is in the next, at last in its own. */
export function inLanguages<T extends Translatable>(product: T, translations: TextsByLocale | null, languages: readonly string[]): T {
  const texts = languages.flatMap((language) => translations?.[language] ?? []);
  if (texts.length === 0) return product;
  const words = wordsOf(product.options, texts.map(({ options }) => options));
  return {
    ...product,
    title: firstOf(texts, ({ title }) => title) ?? product.title,
    ...longTexts(product, texts),
    options: product.options.map(({ name, values }) => ({
      name: words.nameOf(name),
      values: values.map((value) => words.valueOf(name, value)),
    })),
    variants: product.variants.map((variant) => ({
      ...variant,
      title: variantTitle(variant, words),
      options: Object.fromEntries(
        Object.entries(variant.options).map(([name, value]) => [words.nameOf(name), words.valueOf(name, value)]),
      ),
    })),
  };
}

function longTexts({ description, seo }: Translatable, texts: readonly ProductTexts[]): Pick<Translatable, 'description' | 'seo'> {
  if (description === undefined || seo === undefined) return {};
  return {
    description: firstOf(texts, (each) => each.description) ?? description,
    seo: {
      title: firstOf(texts, (each) => each.seo?.title) ?? seo.title,
      description: firstOf(texts, (each) => each.seo?.description) ?? seo.description,
    },
  };
}

interface Words {
  nameOf(name: string): string;
  valueOf(name: string, value: string): string;
}

function wordsOf(options: readonly ProductOption[], texts: readonly OptionTexts[]): Words {
  const names = new Map(options.map(({ name }) => [name, firstOf(texts, (known) => ownOf(known, name)?.name) ?? name]));
  // Two options of one name could not be told apart: then all keep their own.
  const areDistinct = new Set(names.values()).size === options.length;
  return {
    nameOf: (name) => (areDistinct ? (names.get(name) ?? name) : name),
    valueOf: (name, value) => firstOf(texts, (known) => ownOf(ownOf(known, name)?.values ?? {}, value)) ?? value,
  };
}

/** A variant is called by its values: each is said in the other language. Any other title stays. */
function variantTitle({ title, options }: Variant, words: Words): string {
  const parts = title.split(TITLE_SEPARATOR);
  const chosen = Object.entries(options);
  if (parts.length !== chosen.length) return title;
  const said = parts.map((part) => {
    const option = chosen.find(([, value]) => value === part);
    return option && words.valueOf(option[0], part);
  });
  return said.some((part) => part === undefined) ? title : said.join(TITLE_SEPARATOR);
}

/** What a record says of a key; an option may be called as what every object inherits. */
function ownOf<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function firstOf<T>(texts: readonly T[], take: (texts: T) => string | null | undefined): string | undefined {
  for (const each of texts) {
    const text = take(each);
    if (text !== null && text !== undefined) return text;
  }
  return undefined;
}
