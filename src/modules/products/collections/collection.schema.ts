import { z } from 'zod';
import { pageQueryShape, pageSchema } from '../../../common/pagination/page.schema.js';
import { IdSchema, line, text, TimestampSchema } from '../../../common/text/text.schema.js';
import { SlugSchema } from '../product.schema.js';

/** Most products of a collection that is listed by hand. */
export const MAX_PRODUCTS = 1_000;
const MAX_CONDITIONS = 20;
const MAX_AMOUNT = 9_000_000_000;

const conditionShapes = z.discriminatedUnion('field', [
  z.strictObject({ field: z.literal('title'), contains: line(200) }),
  z.strictObject({ field: z.literal('vendor'), is: line(200) }),
  z.strictObject({ field: z.literal('category'), is: line(200).meta({ description: 'The `category` of the product itself.' }) }),
  z.strictObject({
    field: z.literal('categoryId'),
    is: IdSchema.meta({ description: 'A category of the tree; those below it count as well.' }),
  }),
  z.strictObject({ field: z.literal('tag'), is: line(100) }),
  z
    .strictObject({
      field: z.literal('price'),
      currency: z.string().regex(/^[A-Z]{3}$/),
      min: z.int().min(0).max(MAX_AMOUNT).default(0).meta({ description: 'In minor units, itself included.' }),
      max: z.int().min(0).max(MAX_AMOUNT).default(MAX_AMOUNT).meta({ description: 'In minor units, itself included.' }),
    })
    .meta({ description: 'Whether a variant has such a price.' }),
  z.strictObject({ field: z.literal('inStock'), is: z.boolean() }),
  z.strictObject({ field: z.literal('createdAt'), withinDays: z.int().min(1).max(3_650) }),
]);

const RulesSchema = z
  .strictObject({ match: z.enum(['all', 'any']), conditions: z.array(conditionShapes).min(1).max(MAX_CONDITIONS) })
  .meta({
    id: 'CollectionRules',
    examples: [{ match: 'all', conditions: [{ field: 'tag', is: 'linen' }, { field: 'inStock', is: true }] }],
  });

const collectionShape = { id: IdSchema, slug: z.string(), title: z.string(), description: z.string() };

/** A collection as a shop shows it. */
export const CollectionSchema = z.strictObject(collectionShape).meta({ id: 'Collection' });

/** A collection as staff edit it. */
export const AdminCollectionSchema = z
  .strictObject({
    ...collectionShape,
    rules: RulesSchema.nullable().meta({ description: '`null` for a collection that is listed by hand.' }),
    version: z.int(),
    createdAt: TimestampSchema,
    updatedAt: TimestampSchema,
  })
  .meta({ id: 'AdminCollection' });

/** A page of collections. */
export const CollectionPageSchema = pageSchema(CollectionSchema, 'CollectionPage');
/** A page of collections for staff. */
export const AdminCollectionPageSchema = pageSchema(AdminCollectionSchema, 'AdminCollectionPage');

/** Query of the lists of collections and of their products. */
export const ListCollectionsSchema = z.strictObject(pageQueryShape);

const details = { title: line(200), slug: SlugSchema.optional(), description: text(10_000) };

/** A collection that is to be made. */
export const CreateCollectionSchema = z
  .strictObject({
    ...details,
    description: details.description.default(''),
    rules: RulesSchema.nullable().default(null).meta({ description: 'Without rules it is listed by hand.' }),
  })
  .meta({ id: 'CreateCollection', examples: [{ title: 'Summer' }] });

/** What staff change of a collection; what is left out stays. */
export const UpdateCollectionSchema = z
  .strictObject({
    title: details.title.optional(),
    slug: details.slug,
    description: details.description.optional(),
    rules: RulesSchema.nullable().optional().meta({ description: 'With rules, a list by hand is forgotten.' }),
  })
  .refine((changes) => Object.keys(changes).length > 0, 'must change something')
  .meta({ id: 'UpdateCollection', examples: [{ title: 'Summer sale' }] });

/** The products that a collection gets, in order, instead of those that it has. */
export const SetCollectionProductsSchema = z
  .strictObject({
    productIds: z
      .array(IdSchema)
      .max(MAX_PRODUCTS)
      .refine((ids) => new Set(ids).size === ids.length, 'must name each product once'),
  })
  .meta({ id: 'SetCollectionProducts', examples: [{ productIds: ['01977b0e-5a7a-7c3e-8f0e-4d2a9b1c6e5f'] }] });

/** The products of a collection that is listed by hand, in order; the version is the collection's. */
export const CollectionProductsSchema = z
  .strictObject({ collectionId: IdSchema, version: z.int(), productIds: z.array(IdSchema).max(MAX_PRODUCTS) })
  .meta({ id: 'CollectionProducts' });

export type Collection = z.infer<typeof CollectionSchema>;
export type AdminCollection = z.infer<typeof AdminCollectionSchema>;
export type CollectionProducts = z.infer<typeof CollectionProductsSchema>;
export type ListCollections = z.output<typeof ListCollectionsSchema>;
export type CreateCollection = z.output<typeof CreateCollectionSchema>;
export type UpdateCollection = z.output<typeof UpdateCollectionSchema>;
