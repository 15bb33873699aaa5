import { z } from 'zod';
import { pageQueryShape, pageSchema } from '../../../common/pagination/page.schema.js';
import { IdSchema, line, text, TimestampSchema } from '../../../common/text/text.schema.js';
import { SlugSchema } from '../product.schema.js';

/** Most categories that the shop's tree shows at once. */
export const MAX_TREE = 1_000;
/** Most levels of the tree. */
export const MAX_LEVELS = 100;
/** Most categories of one product. */
export const MAX_CATEGORIES_OF_A_PRODUCT = 50;

const categoryShape = {
  id: IdSchema,
  slug: z.string(),
  name: z.string(),
  description: z.string(),
  parentId: IdSchema.nullable().meta({ description: '`null` for a root.' }),
  position: z.int().meta({ description: 'Its place among its siblings: 0, 1, 2 …' }),
  depth: z.int().meta({ description: '0 for a root.' }),
  path: z.array(IdSchema).meta({ description: 'The ids from the root to the category itself.' }),
};

/** A category as a shop shows it. */
export const CategorySchema = z.strictObject(categoryShape).meta({ id: 'Category' });

/** What names a category where it is only pointed at. */
export const CategoryReferenceSchema = z
  .strictObject({ id: IdSchema, slug: z.string(), name: z.string() })
  .meta({ id: 'CategoryReference' });

/** A category with the way to it and what is right below it. */
export const CategoryDetailsSchema = z
  .strictObject({
    ...categoryShape,
    breadcrumb: z.array(CategoryReferenceSchema).meta({ description: 'Its ancestors, the root first.' }),
    children: z.array(CategorySchema).meta({ description: 'Right below it, in order; the first 1,000.' }),
  })
  .meta({ id: 'CategoryDetails' });

/** The tree as a flat list: parents before their children, siblings in order. */
export const CategoryTreeSchema = z
  .strictObject({
    data: z.array(CategorySchema).max(MAX_TREE),
    truncated: z.boolean().meta({ description: 'Whether there are more than 1,000: then the deepest are left out.' }),
  })
  .meta({ id: 'CategoryTree' });

/** A category as staff edit it. */
export const AdminCategorySchema = z
  .strictObject({ ...categoryShape, version: z.int(), createdAt: TimestampSchema, updatedAt: TimestampSchema })
  .meta({ id: 'AdminCategory' });

/** A page of categories for staff. */
export const AdminCategoryPageSchema = pageSchema(AdminCategorySchema, 'AdminCategoryPage');

/** Query of the shop's tree. */
export const GetCategoryTreeSchema = z.strictObject({
  maxDepth: z.coerce.number().int().min(0).max(MAX_LEVELS).optional().meta({ description: 'No category deeper than that.' }),
});

/** Query of the staff's list. */
export const ListCategoriesSchema = z.strictObject({
  ...pageQueryShape,
  parentId: IdSchema.optional().meta({ description: 'Whose children; the roots when it is left out.' }),
});

/** Query of the products of a category or collection. */
export const ListShelfSchema = z.strictObject({
  ...pageQueryShape,
  sort: z.enum(['-createdAt', 'createdAt', 'title', '-title']).default('-createdAt'),
});

const PositionSchema = z
  .int()
  .min(0)
  .max(1_000_000)
  .optional()
  .meta({ description: 'Its place among its siblings, at the end when it is left out or too large.' });

/** A category that is to be made. */
export const CreateCategorySchema = z
  .strictObject({
    name: line(200),
    slug: SlugSchema.optional(),
    description: text(10_000).default(''),
    parentId: IdSchema.nullable().default(null),
    position: PositionSchema,
  })
  .meta({ id: 'CreateCategory', examples: [{ name: 'Shirts' }] });

/** What staff change of a category; what is left out stays. */
export const UpdateCategorySchema = z
  .strictObject({ name: line(200).optional(), slug: SlugSchema.optional(), description: text(10_000).optional() })
  .refine((changes) => Object.keys(changes).length > 0, 'must change something')
  .meta({ id: 'UpdateCategory', examples: [{ name: 'Shirts and tops' }] });

/** Where a category goes. */
export const MoveCategorySchema = z
  .strictObject({ parentId: IdSchema.nullable(), position: PositionSchema })
  .meta({ id: 'MoveCategory', examples: [{ parentId: null, position: 0 }] });

/** The categories that a product gets, instead of those that it has. */
export const SetProductCategoriesSchema = z
  .strictObject({
    categoryIds: z
      .array(IdSchema)
      .max(MAX_CATEGORIES_OF_A_PRODUCT)
      .refine((ids) => new Set(ids).size === ids.length, 'must name each category once'),
  })
  .meta({ id: 'SetProductCategories', examples: [{ categoryIds: ['01977b0e-5a7a-7c3e-8f0e-4d2a9b1c6e5f'] }] });

/** The categories of a product; the version is the product's. */
export const ProductCategoriesSchema = z
  .strictObject({ productId: IdSchema, version: z.int(), categories: z.array(CategoryReferenceSchema) })
  .meta({ id: 'ProductCategories' });

export type Category = z.infer<typeof CategorySchema>;
export type CategoryDetails = z.infer<typeof CategoryDetailsSchema>;
export type CategoryReference = z.infer<typeof CategoryReferenceSchema>;
export type CategoryTree = z.infer<typeof CategoryTreeSchema>;
export type AdminCategory = z.infer<typeof AdminCategorySchema>;
export type ProductCategories = z.infer<typeof ProductCategoriesSchema>;
export type GetCategoryTree = z.output<typeof GetCategoryTreeSchema>;
export type ListCategories = z.output<typeof ListCategoriesSchema>;
export type ListShelf = z.output<typeof ListShelfSchema>;
export type CreateCategory = z.output<typeof CreateCategorySchema>;
export type UpdateCategory = z.output<typeof UpdateCategorySchema>;
export type MoveCategory = z.output<typeof MoveCategorySchema>;
