import { findLanguage } from '../../../common/languages/language-choice.js';
import { problem, type InputFault } from '../../../common/problems/problem.js';
import type { VariantPriceEntity } from '../prices/variant-price.entity.js';
import type { ProductOption } from '../product.entity.js';
import type { ProductTranslationEntity } from '../translations/product-translation.entity.js';
import { toldTranslations } from '../translations/told-translations.js';
import { unknownOptions } from '../translations/translation.schema.js';
import type { UpsertVariant } from './checked-product.js';
import { canonical } from './product-differences.js';
import type { TranslationOfFile } from './product-parts.schema.js';

/** What is wrong with a field of a product. */
export interface Fault {
  readonly field: string | null;
  readonly detail: string;
}

/** Rows that are to be there, and rows that are to go. */
export interface PartPlan<R> {
  readonly put: readonly R[];
  readonly gone: readonly R[];
  readonly faults: readonly Fault[];
}

/** The plan of a part that stays as it is. */
export const NOTHING = { put: [], gone: [], faults: [] } as const;

/** A fault as an import names it, of a fault with a pointer. */
export function toFault({ pointer, detail }: InputFault, within: readonly string[] = []): Fault {
  const path = pointer.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  return { field: [...within, ...path].join('.'), detail };
}

/** A fault that has the code of a problem. */
export function problemFault(field: string | null, { code, message }: { code: string; message: string }): Fault {
  return { field, detail: `${code}: ${message}` };
}

/** A product with the texts that it has in further languages. */
export interface TranslatedOwner {
  readonly id: string;
  readonly options: readonly ProductOption[];
  readonly translations: readonly ProductTranslationEntity[];
}

/**
 * What is to be done with the texts of a product so that it has those of a file, in the
 * further languages of the shop; those in others stay.
 *
 * @param wanted what the file names; nothing is done when it names none
 */
export function planTranslations(
  wanted: readonly TranslationOfFile[] | undefined,
  owner: TranslatedOwner,
  languages: readonly string[],
  now: Date,
): PartPlan<ProductTranslationEntity> {
  if (wanted === undefined || wanted.length + owner.translations.length === 0) return NOTHING;
  const told = new Map(toldTranslations(owner.options, owner.translations).map((texts) => [texts.locale, texts]));
  const faults: Fault[] = [];
  const named = new Set<string>();
  const put = wanted.flatMap((texts, index) => {
    const place = ['translations', String(index)];
    const locale = findLanguage(texts.locale, languages);
    if (locale === undefined) {
      faults.push(problemFault([...place, 'locale'].join('.'), problem('unknown_locale')));
      return [];
    }
    named.add(locale);
    faults.push(...unknownOptions(owner.options, texts.options).map((fault) => toFault(fault, place)));
    const same = told.get(locale);
    const next = { ...texts, locale };
    return same && canonical(inOrder(same)) === canonical(inOrder(next)) ? [] : [{ ...next, ownerId: owner.id, updatedAt: now }];
  });
  const gone = owner.translations.filter(({ locale }) => told.has(locale) && languages.includes(locale) && !named.has(locale));
  return { put, gone, faults };
}

/** The same parts of both, so that what they say can be compared. */
function inOrder({ title, description, seo, options }: Omit<TranslationOfFile, 'locale'>): unknown {
  return [title, description, seo.title, seo.description, options];
}

/** A variant of a file, its id, and the prices that it has in further currencies. */
export interface PricedVariant {
  readonly variant: UpsertVariant;
  readonly index: number;
  readonly id: string;
  readonly prices: readonly VariantPriceEntity[];
}

/** The same with the prices of a variant in further currencies of the shop. */
export function planPrices(
  { variant: { prices: wanted }, index, id, prices }: PricedVariant,
  currencies: readonly string[],
  now: Date,
): PartPlan<VariantPriceEntity> {
  if (wanted === undefined || wanted.length + prices.length === 0) return NOTHING;
  const present = new Map(prices.map((price) => [price.currency, price]));
  const unknown = wanted.flatMap(({ currency }, place) => (currencies.includes(currency) ? [] : [place]));
  const put = wanted.filter(({ currency, amount, compareAtAmount }) => {
    const price = present.get(currency);
    return price?.amount !== amount || price.compareAtAmount !== compareAtAmount;
  });
  const named = new Set(wanted.map(({ currency }) => currency));
  return {
    put: put.map((price) => ({ ...price, variantId: id, updatedAt: now })),
    gone: prices.filter(({ currency }) => currencies.includes(currency) && !named.has(currency)),
    faults: unknown.map((place) =>
      problemFault(`variants.${String(index)}.prices.${String(place)}.currency`, problem('unknown_currency')),
    ),
  };
}
