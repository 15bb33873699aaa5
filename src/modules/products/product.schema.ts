import { z } from 'zod';
import { MoneySchema, PriceSchema } from '../../common/money/money.schema.js';
import { pageQueryShape, pageSchema } from '../../common/pagination/page.schema.js';
import { repeated } from '../../common/text/repeated.js';
import { MAX_SLUG_LENGTH } from '../../common/text/slug.js';
import { IdSchema, line, text, TimestampSchema } from '../../common/text/text.schema.js';
import { ExternalReferenceSchema, MetadataSchema, momentOf, saleShape, saleTimesFault } from './lifecycle/sale.schema.js';
import {
  AttributeChangesSchema,
  AttributesSchema,
  ProductAttributeSchema,
  ProductTypeIdSchema,
  ProductTypeReferenceSchema,
} from './product-types/attribute.schema.js';
import { NewVariantPricesSchema, VariantPriceSchema } from './prices/variant-price.schema.js';
import { NewTranslationsSchema } from './translations/translation.schema.js';
import { GtinSchema } from './variants/gtin.schema.js';

/** Most variants of a product. */
export const MAX_VARIANTS = 250;
const MAX_OPTIONS = 5;

const ImageSchema = z
  .strictObject({
    url: z.string(),
    alt: z.string().nullable(),
    imageId: IdSchema.nullable().meta({ description: 'The uploaded image; none where the address is of another place.' }),
    variantIds: z.array(IdSchema).meta({ description: 'Variants that it shows; none for all.' }),
  })
  .meta({ id: 'ProductImage' });

const OptionSchema = z
  .strictObject({ name: z.string(), values: z.array(z.string()) })
  .meta({ id: 'ProductOption' });

const SeoSchema = z
  .strictObject({ title: z.string().nullable(), description: z.string().nullable() })
  .meta({ id: 'ProductSeo', description: 'What search engines show, where it is not the title and the description.' });

const variantShape = {
  id: IdSchema,
  sku: z.string(),
  title: z.string(),
  options: z.record(z.string(), z.string()).meta({ examples: [{ Size: 'M' }] }),
  price: MoneySchema,
  compareAtPrice: MoneySchema.nullable().meta({ description: 'The price before, for crossing out.' }),
  imageUrl: z.string().nullable(),
  inStock: z.boolean(),
};

const VariantSchema = z.strictObject(variantShape).meta({ id: 'Variant' });

const productShape = {
  id: IdSchema,
  slug: z.string(),
  title: z.string(),
  vendor: z.string().nullable(),
  category: z.string().nullable(),
  tags: z.array(z.string()),
  images: z.array(ImageSchema),
  options: z.array(OptionSchema),
  attributes: z.array(ProductAttributeSchema).meta({ description: 'In the order of the product type; those that have a value.' }),
  variants: z.array(VariantSchema),
  createdAt: TimestampSchema,
};

/** A product in a list. */
export const ProductSummarySchema = z.strictObject(productShape).meta({ id: 'ProductSummary' });

/** A product as a shop shows it. */
export const ProductSchema = z
  .strictObject({ ...productShape, description: z.string(), seo: SeoSchema })
  .meta({ id: 'Product' });

const AdminVariantSchema = z
  .strictObject({
    ...variantShape,
    barcode: z.string().nullable(),
    gtin: z.string().nullable(),
    weightGrams: z.int().nullable(),
    lengthMm: z.int().nullable(),
    widthMm: z.int().nullable(),
    heightMm: z.int().nullable(),
    prices: z.array(VariantPriceSchema).meta({ description: 'Its prices in further currencies of the shop.' }),
    stock: z.strictObject({ onHand: z.int(), reserved: z.int(), available: z.int() }),
  })
  .meta({ id: 'AdminVariant' });

/** A product as staff edit it. */
export const AdminProductSchema = z
  .strictObject({
    ...productShape,
    variants: z.array(AdminVariantSchema),
    description: z.string(),
    seo: SeoSchema,
    metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    externalReference: z.string().nullable(),
    searchBoost: z.int().meta({ description: 'Lifts or lowers the product in lists by relevance, before all else.' }),
    productType: ProductTypeReferenceSchema.nullable(),
    state: z.enum(['draft', 'active', 'archived']),
    publishAt: TimestampSchema.nullable(),
    unpublishAt: TimestampSchema.nullable(),
    allowedActions: z.array(z.enum(['publish', 'archive', 'restore'])),
    version: z.int(),
    updatedAt: TimestampSchema,
  })
  .meta({ id: 'AdminProduct' });

/** What a line of a cart or order shows of its product. */
export const ProductReferenceSchema = z
  .strictObject({ id: IdSchema, slug: z.string(), title: z.string(), imageUrl: z.string().nullable() })
  .meta({ id: 'ProductReference' });

export type ProductReference = z.infer<typeof ProductReferenceSchema>;
export type ProductSummary = z.infer<typeof ProductSummarySchema>;
export type Product = z.infer<typeof ProductSchema>;
export type AdminProduct = z.infer<typeof AdminProductSchema>;

/** A page of products that is not searched. */
export const ProductSummaryPageSchema = pageSchema(ProductSummarySchema, 'ProductSummaryPage');
/** A page of products for staff. */
export const AdminProductPageSchema = pageSchema(AdminProductSchema, 'AdminProductPage');

const filterShape = {
  ...pageQueryShape,
  q: line(200).optional().meta({ description: 'Words to search for, a SKU, or an external reference.', examples: ['linen shirt'] }),
  category: line(200).optional(),
  vendor: line(200).optional(),
  tag: line(100).optional(),
  sort: z.enum(['-createdAt', 'createdAt', 'title', '-title']).default('-createdAt'),
};

/** Query of the staff's product list. */
export const AdminListProductsSchema = z.strictObject({
  ...filterShape,
  state: z.enum(['draft', 'active', 'archived']).optional(),
});

export type AdminListProducts = z.output<typeof AdminListProductsSchema>;

const SkuSchema = line(100);

/** The part of a URL that names a product, category or collection. */
export const SlugSchema = z
  .string()
  .min(1)
  .max(MAX_SLUG_LENGTH)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case letters and digits with single hyphens')
  .refine((slug) => !IdSchema.safeParse(slug).success, 'must not look like an id');
const UrlSchema = z.url({ protocol: /^https?$/ }).max(2_000);

const SizeSchema = z.int().min(0).max(1_000_000);

const newVariantShape = {
  sku: SkuSchema,
  price: PriceSchema,
  compareAtPrice: PriceSchema.optional(),
  stock: z.int().min(0).max(1_000_000_000).default(0).meta({ description: 'Units on hand to begin with.' }),
  options: z.record(line(100), line(200)).default({}).meta({ examples: [{ Size: 'M' }] }),
  barcode: line(64).optional(),
  gtin: GtinSchema.optional(),
  weightGrams: z.int().min(0).max(10_000_000).optional(),
  lengthMm: SizeSchema.optional(),
  widthMm: SizeSchema.optional(),
  heightMm: SizeSchema.optional(),
  imageUrl: UrlSchema.optional(),
  prices: NewVariantPricesSchema.optional(),
};

/** A variant that is to be made. */
export const NewVariantSchema = z
  .strictObject(newVariantShape)
  .refine(sameCurrency, { path: ['compareAtPrice', 'currency'], message: 'must be that of the price' })
  .superRefine(({ price, prices = [] }, context) => {
    const own = prices.findIndex(({ currency }) => currency === price.currency);
    if (own < 0) return;
    context.addIssue({ code: 'custom', path: ['prices', own, 'currency'], message: "is that of the variant's own price" });
  })
  .meta({ id: 'NewVariant', examples: [{ sku: 'SHIRT-M', price: { amount: 1999, currency: 'EUR' }, stock: 20 }] });

const detailsShape = {
  title: line(300),
  slug: SlugSchema.optional(),
  description: text(50_000).default(''),
  vendor: line(200).nullable().default(null),
  category: line(200).nullable().default(null),
  tags: z.array(line(100)).max(100).default([]),
  images: z
    .array(z.strictObject({ url: UrlSchema, alt: line(500).nullable().default(null) }))
    .max(250)
    .default([]),
  options: z
    .array(z.strictObject({ name: line(100), values: z.array(line(200)).min(1).max(MAX_VARIANTS) }))
    .max(MAX_OPTIONS)
    .default([]),
  ...saleShape,
  productTypeId: ProductTypeIdSchema,
  attributes: AttributesSchema.optional(),
};

/** A product that is to be made, with its texts in further languages and its prices in further currencies. */
export const CreateProductSchema = z
  .strictObject({
    ...detailsShape,
    state: z
      .enum(['draft', 'active'])
      .default('active')
      .meta({ description: 'Whether it is on sale at once. A draft waits until it is published, or for `publishAt`.' }),
    variants: z.array(NewVariantSchema).min(1).max(MAX_VARIANTS),
    translations: NewTranslationsSchema.optional(),
  })
  .superRefine(({ options, variants, state, ...sale }, context) => {
    const times = { publishAt: momentOf(sale.publishAt), unpublishAt: momentOf(sale.unpublishAt) };
    const fault = saleTimesFault({ state, ...times });
    if (fault) context.addIssue({ code: 'custom', path: [fault.field], message: fault.message });
    variants.forEach((variant, index) => {
      for (const fault of optionFaults(options, variant.options)) {
        context.addIssue({ code: 'custom', path: ['variants', index, 'options', ...fault.path], message: fault.message });
      }
    });
    for (const index of repeated(variants.map(({ sku }) => sku))) {
      context.addIssue({ code: 'custom', path: ['variants', index, 'sku'], message: 'is named twice' });
    }
    for (const index of repeated(variants.map((variant) => combination(variant.options)))) {
      context.addIssue({ code: 'custom', path: ['variants', index, 'options'], message: 'are those of another variant' });
    }
    for (const index of repeated(options.map(({ name }) => name))) {
      context.addIssue({ code: 'custom', path: ['options', index, 'name'], message: 'is named twice' });
    }
  })
  .meta({
    id: 'CreateProduct',
    examples: [
      {
        title: 'Linen shirt',
        options: [{ name: 'Size', values: ['M', 'L'] }],
        variants: [
          { sku: 'SHIRT-M', price: { amount: 1999, currency: 'EUR' }, stock: 20, options: { Size: 'M' } },
          { sku: 'SHIRT-L', price: { amount: 1999, currency: 'EUR' }, stock: 5, options: { Size: 'L' } },
        ],
      },
    ],
  });

/** What staff change of a product; what is left out stays. */
export const UpdateProductSchema = z
  .strictObject({
    title: detailsShape.title.optional(),
    slug: SlugSchema.optional(),
    description: text(50_000).optional(),
    vendor: line(200).nullable().optional(),
    category: line(200).nullable().optional(),
    tags: z.array(line(100)).max(100).optional(),
    images: detailsShape.images.unwrap().optional(),
    options: detailsShape.options.unwrap().optional(),
    seo: saleShape.seo.unwrap().optional(),
    metadata: MetadataSchema.optional(),
    externalReference: ExternalReferenceSchema.nullable().optional(),
    searchBoost: z.int().min(-100).max(100).optional(),
    publishAt: TimestampSchema.nullable().optional(),
    unpublishAt: TimestampSchema.nullable().optional(),
    productTypeId: ProductTypeIdSchema,
    attributes: AttributeChangesSchema.optional(),
  })
  .refine((changes) => Object.keys(changes).length > 0, 'must change something')
  .superRefine(({ options = [] }, context) => {
    for (const index of repeated(options.map(({ name }) => name))) {
      context.addIssue({ code: 'custom', path: ['options', index, 'name'], message: 'is named twice' });
    }
  })
  .meta({ id: 'UpdateProduct', examples: [{ title: 'Linen shirt, washed' }] });

/** What staff change of a variant; what is left out stays. */
export const UpdateVariantSchema = z
  .strictObject({
    sku: SkuSchema.optional(),
    price: PriceSchema.optional(),
    compareAtPrice: PriceSchema.nullable().optional(),
    barcode: line(64).nullable().optional(),
    gtin: GtinSchema.nullable().optional(),
    weightGrams: z.int().min(0).max(10_000_000).nullable().optional(),
    lengthMm: SizeSchema.nullable().optional(),
    widthMm: SizeSchema.nullable().optional(),
    heightMm: SizeSchema.nullable().optional(),
    imageUrl: UrlSchema.nullable().optional(),
  })
  .refine((changes) => Object.keys(changes).length > 0, 'must change something')
  .meta({ id: 'UpdateVariant', examples: [{ price: { amount: 1799, currency: 'EUR' } }] });

export type CreateProduct = z.output<typeof CreateProductSchema>;
export type NewVariant = z.output<typeof NewVariantSchema>;
export type UpdateProduct = z.output<typeof UpdateProductSchema>;
export type UpdateVariant = z.output<typeof UpdateVariantSchema>;

/** Faults of a variant's option values: each option of the product needs one of its values. */
export function optionFaults(
  options: readonly { name: string; values: readonly string[] }[],
  chosen: Readonly<Record<string, string>>,
): { path: string[]; message: string }[] {
  const missing = options
    .filter(({ name, values }) => !values.includes(chosen[name] ?? ''))
    .map(({ name }) => ({ path: [name], message: 'must be one of the values of the option' }));
  const unknown = Object.keys(chosen)
    .filter((name) => !options.some((option) => option.name === name))
    .map((name) => ({ path: [name], message: 'is no option of the product' }));
  return [...missing, ...unknown];
}

function sameCurrency(variant: { price: { currency: string }; compareAtPrice?: { currency: string } | undefined }): boolean {
  return variant.compareAtPrice === undefined || variant.compareAtPrice.currency === variant.price.currency;
}

function combination(options: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(options).sort());
}
