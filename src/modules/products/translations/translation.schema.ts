import { z } from 'zod';
import { repeated } from '../../../common/text/repeated.js';
import { IdSchema, line, text, TimestampSchema } from '../../../common/text/text.schema.js';
import type { OptionTexts } from './translated-product.js';

const MAX_OPTIONS = 5;
const MAX_VALUES = 250;
/** Most languages that are listed; more than a shop can be given. */
const MAX_LOCALES = 100;

const isWithin = (most: number) => (record: object) => Object.keys(record).length <= most;

const OptionTextsSchema = z
  .record(
    line(100),
    z.strictObject({
      name: line(100).optional(),
      values: z.record(line(200), line(200)).refine(isWithin(MAX_VALUES), 'are too many').default({}),
    }),
  )
  .refine(isWithin(MAX_OPTIONS), 'are too many')
  .meta({
    description: 'By the name of the option: what it is called, and what each of its values is called.',
    examples: [{ Size: { name: 'Größe', values: { Small: 'Klein' } } }],
  });

const productTexts = {
  title: line(300).nullable().default(null),
  description: text(50_000).nullable().default(null),
  seo: z
    .strictObject({ title: line(300).nullable().default(null), description: line(500).nullable().default(null) })
    .default({ title: null, description: null }),
  options: OptionTextsSchema.default({}),
};

const categoryTexts = { name: line(200).nullable().default(null), description: text(10_000).nullable().default(null) };
const collectionTexts = { title: line(200).nullable().default(null), description: text(10_000).nullable().default(null) };

const ProductTextsSchema = z.strictObject(productTexts);

function translatesSomething({ title, description, seo, options }: z.output<typeof ProductTextsSchema>): boolean {
  return [title, description, seo.title, seo.description].some((each) => each !== null) || Object.keys(options).length > 0;
}

/** All texts of a product in a language. */
export const SetProductTranslationSchema = ProductTextsSchema
  .refine(translatesSomething, 'must translate something')
  .meta({ id: 'SetProductTranslation', examples: [{ title: 'Leinenhemd', options: { Size: { name: 'Größe', values: {} } } }] });

/** The same with the language, as they are made with the product. */
export const NewTranslationSchema = z
  .strictObject({ locale: line(100), ...productTexts })
  .refine(translatesSomething, 'must translate something')
  .meta({ id: 'NewProductTranslation', examples: [{ locale: 'de', title: 'Leinenhemd' }] });

/** All texts of a product in further languages. */
export const NewTranslationsSchema = z
  .array(NewTranslationSchema)
  .max(MAX_LOCALES)
  .superRefine((translations, context) => {
    for (const index of repeated(translations.map(({ locale }) => locale.toLowerCase()))) {
      context.addIssue({ code: 'custom', path: [index, 'locale'], message: 'is named twice' });
    }
  })
  .meta({
    description: 'All its texts in further languages of the shop. Where a product is brought up to date, what is left out stays as it is.',
  });

/** All texts of a category in a language. */
export const SetCategoryTranslationSchema = z
  .strictObject(categoryTexts)
  .refine(({ name, description }) => name !== null || description !== null, 'must translate something')
  .meta({ id: 'SetCategoryTranslation', examples: [{ name: 'Hemden' }] });

/** All texts of a collection in a language. */
export const SetCollectionTranslationSchema = z
  .strictObject(collectionTexts)
  .refine(({ title, description }) => title !== null || description !== null, 'must translate something')
  .meta({ id: 'SetCollectionTranslation', examples: [{ title: 'Sommer' }] });

const shortShape = { locale: z.string(), description: z.string().nullable(), updatedAt: TimestampSchema };
const productShape = {
  ...shortShape,
  title: z.string().nullable(),
  seo: z.strictObject({ title: z.string().nullable(), description: z.string().nullable() }),
  options: z.record(z.string(), z.strictObject({ name: z.string().optional(), values: z.record(z.string(), z.string()) })),
};
const categoryShape = { ...shortShape, name: z.string().nullable() };
const collectionShape = { ...shortShape, title: z.string().nullable() };

const ofProduct = { productId: IdSchema, version: z.int().meta({ description: "The product's." }) };
const ofCategory = { categoryId: IdSchema, version: z.int().meta({ description: "The category's." }) };
const ofCollection = { collectionId: IdSchema, version: z.int().meta({ description: "The collection's." }) };

const listOf = <T extends z.core.$ZodLooseShape>(shape: T, id: string) =>
  z.array(z.strictObject(shape).meta({ id })).max(MAX_LOCALES);

/** A product's texts in a language; what is null is taken from the next one. */
export const ProductTranslationSchema = z.strictObject({ ...ofProduct, ...productShape }).meta({ id: 'ProductTranslation' });

/** A product's texts in all further languages. */
export const ProductTranslationsSchema = z
  .strictObject({ ...ofProduct, translations: listOf(productShape, 'ProductTexts') })
  .meta({ id: 'ProductTranslations' });

/** A category's texts in a language; what is null is taken from the next one. */
export const CategoryTranslationSchema = z.strictObject({ ...ofCategory, ...categoryShape }).meta({ id: 'CategoryTranslation' });

/** A category's texts in all further languages. */
export const CategoryTranslationsSchema = z
  .strictObject({ ...ofCategory, translations: listOf(categoryShape, 'CategoryTexts') })
  .meta({ id: 'CategoryTranslations' });

/** A collection's texts in a language; what is null is taken from the next one. */
export const CollectionTranslationSchema = z
  .strictObject({ ...ofCollection, ...collectionShape })
  .meta({ id: 'CollectionTranslation' });

/** A collection's texts in all further languages. */
export const CollectionTranslationsSchema = z
  .strictObject({ ...ofCollection, translations: listOf(collectionShape, 'CollectionTexts') })
  .meta({ id: 'CollectionTranslations' });

export type NewTranslation = z.output<typeof NewTranslationSchema>;
export type SetProductTranslation = z.output<typeof SetProductTranslationSchema>;
export type SetCategoryTranslation = z.output<typeof SetCategoryTranslationSchema>;
export type SetCollectionTranslation = z.output<typeof SetCollectionTranslationSchema>;
export type ProductTranslation = z.infer<typeof ProductTranslationSchema>;
export type ProductTranslations = z.infer<typeof ProductTranslationsSchema>;
export type CategoryTranslation = z.infer<typeof CategoryTranslationSchema>;
export type CategoryTranslations = z.infer<typeof CategoryTranslationsSchema>;
export type CollectionTranslation = z.infer<typeof CollectionTranslationSchema>;
export type CollectionTranslations = z.infer<typeof CollectionTranslationsSchema>;

/** Where a translation names an option or a value that a product does not have, as JSON pointers. */
export function unknownOptions(
  options: readonly { readonly name: string; readonly values: readonly string[] }[],
  texts: OptionTexts,
): { pointer: string; detail: string }[] {
  return Object.entries(texts).flatMap(([name, { values }]) => {
    const option = options.find((each) => each.name === name);
    if (!option) return [{ pointer: pointerTo('options', name), detail: 'is no option of the product' }];
    return Object.keys(values)
      .filter((value) => !option.values.includes(value))
      .map((value) => ({ pointer: pointerTo('options', name, 'values', value), detail: 'is no value of the option' }));
  });
}

/** The texts without those of options and values that a product does not have any more. */
export function knownOptions(
  options: readonly { readonly name: string; readonly values: readonly string[] }[],
  texts: OptionTexts,
): OptionTexts {
  const known = options.flatMap(({ name, values }) => {
    const said = Object.hasOwn(texts, name) ? texts[name] : undefined;
    if (!said) return [];
    const kept = Object.entries(said.values).filter(([value]) => values.includes(value));
    return [[name, { ...said, values: Object.fromEntries(kept) }] as const];
  });
  return Object.fromEntries(known);
}

const pointerTo = (...path: string[]): string =>
  path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
