import type { ProductOption, ProductSeo } from '../product.entity.js';
import type { OptionTexts } from './translated-product.js';
import { knownOptions } from './translation.schema.js';

/** The texts of a product in a further language, as a file tells them. */
export interface ToldTranslation {
  readonly locale: string;
  readonly title: string | null;
  readonly description: string | null;
  readonly seo: ProductSeo;
  readonly options: OptionTexts;
}

/** What there is to tell of the texts of a product: nothing of options and values that it does not have any more. */
export function toldTranslations(options: readonly ProductOption[], texts: readonly ToldTranslation[]): ToldTranslation[] {
  return texts
    .map(({ locale, title, description, seo, options: said }) => ({ locale, title, description, seo, options: knownOptions(options, said) }))
    .filter(
      ({ title, description, seo, options: known }) =>
        [title, description, seo.title, seo.description].some((text) => text !== null) || Object.keys(known).length > 0,
    );
}
