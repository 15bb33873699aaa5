import { findLanguage } from '../../../common/languages/language-choice.js';
import { problem, type InputFault } from '../../../common/problems/problem.js';
import type { VariantPriceEntity } from '../prices/variant-price.entity.js';
import type { ProductOption } from '../product.entity.js';
import type { NewVariant } from '../product.schema.js';
import type { ProductTranslationEntity } from '../translations/product-translation.entity.js';
import { toldTranslations } from '../translations/told-translations.js';
import { unknownOptions, type NewTranslation } from '../translations/translation.schema.js';
import type { RowPlan } from './product-batches.repository.js';
import { canonical } from './product-differences.js';

/** What is wrong with a field of a product. */
export interface Fault {
  readonly field: string | null;
  readonly detail: string;
}

/** What is wrong with a text or a price: where and what, and the problem that it is beside a wrong field. */
export interface PartFault extends InputFault {
  readonly code?: 'unknown_locale' | 'unknown_currency';
}

/** What is to be done with rows, and why it cannot be. */
export interface PartPlan<R> extends RowPlan<R> {
  readonly faults: readonly PartFault[];
}

/** The plan of a part that stays as it is. */
export const NOTHING = { put: [], gone: [], faults: [] } as const;

/** A fault as an import names it, of a fault with a pointer. */
export function toFault({ pointer, detail, code }: PartFault): Fault {
  const path = pointer.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const field = path.join('.');
  return code === undefined ? { field, detail } : problemFault(field, { code, message: detail });
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
 * What is to be done with the texts of a product so that it has those that are wanted, in the
 * further languages of the shop; those in others stay.
 *
 * @param wanted all that are to be there; nothing is done when they are not named
 */
export function planTranslations(
  wanted: readonly NewTranslation[] | undefined,
  owner: TranslatedOwner,
  languages: readonly string[],
  now: Date,
): PartPlan<ProductTranslationEntity> {
  if (wanted === undefined || wanted.length + owner.translations.length === 0) return NOTHING;
  const told = new Map(toldTranslations(owner.options, owner.translations).map((texts) => [texts.locale, texts]));
  const faults: PartFault[] = [];
  const named = new Set<string>();
  const put = wanted.flatMap((texts, index) => {
    const place = `/translations/${String(index)}`;
    const locale = findLanguage(texts.locale, languages);
    if (locale === undefined) {
      faults.push(faultOf('unknown_locale', `${place}/locale`));
      return [];
    }
    named.add(locale);
    faults.push(...unknownOptions(owner.options, texts.options).map(({ pointer, detail }) => ({ pointer: `${place}${pointer}`, detail })));
    const same = told.get(locale);
    const next = { ...texts, locale };
    return same && canonical(inOrder(same)) === canonical(inOrder(next)) ? [] : [{ ...next, ownerId: owner.id, updatedAt: now }];
  });
  const gone = owner.translations.filter(({ locale }) => told.has(locale) && languages.includes(locale) && !named.has(locale));
  return { put, gone, faults };
}

/** The same parts of both, so that what they say can be compared. */
function inOrder({ title, description, seo, options }: Omit<NewTranslation, 'locale'>): unknown {
  return [title, description, seo.title, seo.description, options];
}

/** The prices that are wanted of a variant, its id, and the prices that it has in further currencies. */
export interface PricedVariant {
  readonly wanted: NewVariant['prices'];
  readonly id: string;
  /** Where the variant is named, as a JSON pointer. */
  readonly place: string;
  readonly prices: readonly VariantPriceEntity[];
}

/** The same with the prices of a variant in further currencies of the shop. */
export function planPrices(
  { wanted, id, place, prices }: PricedVariant,
  currencies: readonly string[],
  now: Date,
): PartPlan<VariantPriceEntity> {
  if (wanted === undefined || wanted.length + prices.length === 0) return NOTHING;
  const present = new Map(prices.map((price) => [price.currency, price]));
  const unknown = wanted.flatMap(({ currency }, index) => (currencies.includes(currency) ? [] : [index]));
  const put = wanted.filter(({ currency, amount, compareAtAmount }) => {
    const price = present.get(currency);
    return price?.amount !== amount || price.compareAtAmount !== compareAtAmount;
  });
  const named = new Set(wanted.map(({ currency }) => currency));
  return {
    put: put.map((price) => ({ ...price, variantId: id, updatedAt: now })),
    gone: prices.filter(({ currency }) => currencies.includes(currency) && !named.has(currency)),
    faults: unknown.map((index) => faultOf('unknown_currency', `${place}/prices/${String(index)}/currency`)),
  };
}

function faultOf(code: 'unknown_locale' | 'unknown_currency', pointer: string): PartFault {
  return { code, pointer, detail: problem(code).message };
}
