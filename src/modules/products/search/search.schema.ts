import { z } from 'zod';
import { pageQueryShape } from '../../../common/pagination/page.schema.js';
import { IdSchema, line } from '../../../common/text/text.schema.js';
import { ProductSummarySchema } from '../product.schema.js';

const MAX_VALUES = 20;

/** A parameter that may be given more than once. */
function several<T extends z.ZodType<string>>(value: T, description: string, example: string) {
  const one = value;
  return z
    .union([one, z.array(one).min(1).max(MAX_VALUES)])
    .transform((given): string[] => (Array.isArray(given) ? given : [given]))
    .optional()
    .meta({ description: `${description} Repeated for any of several.`, examples: [example] });
}

const pair = z.string().regex(/^[^:\0]{1,100}:[^\0]{1,200}$/, 'must be a name and a value, as in Size:M');
const AmountSchema = z.coerce.number().int().min(0).max(9_000_000_000);
const SORTS = ['relevance', '-createdAt', 'createdAt', 'price', '-price', 'title', '-title', 'bestSelling'] as const;
const flag = (description: string) =>
  z.enum(['true', 'false']).default('false').transform((value) => value === 'true').meta({ description });

/** Query of the shop's product list. */
export const ListProductsSchema = z.strictObject({
  ...pageQueryShape,
  q: line(200).optional().meta({
    description:
      'Words to search for, in titles, vendors, categories, tags, options, SKUs and descriptions. Misspelt words find what was meant, the last word may be unfinished, "words in quotes" stand side by side, and -words are left out.',
    examples: ['linen shirt'],
  }),
  category: several(line(200), 'The category that the product names.', 'Shirts'),
  categoryId: several(IdSchema, 'A category of the tree, with all below it.', '01935f3e-0000-7000-8000-000000000000'),
  vendor: several(line(200), 'The vendor.', 'Acme'),
  tag: several(line(100), 'A tag.', 'summer'),
  option: several(pair, 'A value of an option.', 'Size:M'),
  attribute: several(pair, 'A value of an attribute, by its code.', 'material:Linen'),
  priceMin: AmountSchema.optional().meta({ description: 'Lowest price of the product at least, in minor units.' }),
  priceMax: AmountSchema.optional().meta({ description: 'Lowest price of the product at most, in minor units.' }),
  inStock: flag('Only products of which a variant is in stock.'),
  rating: z.coerce.number().int().min(1).max(5).optional().meta({ description: 'Stars of the average review at least.' }),
  sort: z.enum(SORTS).optional().meta({ description: 'The order; `relevance` with `q`, and else `-createdAt`, when left out.' }),
  facets: flag('Whether to answer the values that the list can be filtered by, with their counts.'),
  explain: flag('For staff: why each product stands where it does.'),
});

/** Query of the suggestions. */
export const SuggestQuerySchema = z.strictObject({
  q: line(100).optional().meta({ description: 'What was typed so far; nothing is suggested before.', examples: ['lin'] }),
  limit: z.coerce.number().int().min(1).max(10).default(5).meta({ description: 'Suggestions of each kind.' }),
});

const FacetValueSchema = z
  .strictObject({
    value: z.string().meta({ description: 'As the parameter of the facet takes it; a range of prices as `min-max`.' }),
    label: z.string(),
    count: z.int(),
    selected: z.boolean(),
  })
  .meta({ id: 'FacetValue' });

const FacetSchema = z
  .strictObject({
    name: z.string().meta({ description: 'The parameter that filters by it.', examples: ['vendor'] }),
    label: z.string(),
    values: z.array(FacetValueSchema),
  })
  .meta({ id: 'Facet' });

const FacetsSchema = z
  .strictObject({
    matches: z.int().meta({ description: 'Products found in all.' }),
    isEstimate: z.boolean().meta({ description: 'Whether the counts are estimates, which they are beyond 1,000 products.' }),
    facets: z.array(FacetSchema),
  })
  .meta({
    id: 'Facets',
    examples: [
      {
        matches: 12,
        isEstimate: false,
        facets: [{ name: 'vendor', label: 'Vendor', values: [{ value: 'Acme', label: 'Acme', count: 12, selected: false }] }],
      },
    ],
  });

const ExplanationSchema = z
  .strictObject({
    match: z.enum(['sku', 'title', 'wordsInTitle', 'wordsInNames', 'words', 'beginnings', 'someWords']).meta({
      description:
        'What fits: the SKU, the whole title, all words in the title, all words in what names it (title, vendor, category, tags, options), all words, beginnings of words, all words but one.',
    }),
    boost: z.int().meta({ description: 'What staff gave the product.' }),
    inStock: z.boolean(),
    sales: z.int().meta({ description: 'Units sold.' }),
  })
  .meta({ id: 'SearchExplanation' });

const FoundProductSchema = z
  .strictObject({ ...ProductSummarySchema.shape, explanation: ExplanationSchema.optional() })
  .meta({ id: 'FoundProduct' });

/** A page of products, with facets when they are asked for. */
export const ProductPageSchema = z
  .strictObject({ data: z.array(FoundProductSchema), nextCursor: z.string().nullable(), facets: FacetsSchema.optional() })
  .meta({ id: 'ProductPage' });

/** What may be typed on. */
export const SuggestionsSchema = z
  .strictObject({
    terms: z.array(z.string()),
    products: z.array(z.strictObject({ id: IdSchema, slug: z.string(), title: z.string(), imageUrl: z.string().nullable() })),
    categories: z.array(z.strictObject({ id: IdSchema, slug: z.string(), name: z.string() })),
  })
  .meta({ id: 'Suggestions' });

export type ListProducts = z.output<typeof ListProductsSchema>;
export type SuggestQuery = z.output<typeof SuggestQuerySchema>;
export type SuggestionsAnswer = z.infer<typeof SuggestionsSchema>;
export type FacetsAnswer = z.infer<typeof FacetsSchema>;
export type FoundProduct = z.infer<typeof FoundProductSchema>;
