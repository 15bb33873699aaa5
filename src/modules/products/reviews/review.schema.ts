import { z } from 'zod';
import { pageQueryShape, pageSchema } from '../../../common/pagination/page.schema.js';
import { IdSchema, line, text, TimestampSchema } from '../../../common/text/text.schema.js';

const StateSchema = z.enum(['pending', 'approved', 'rejected']);

const reviewShape = {
  id: IdSchema,
  rating: z.int().meta({ description: '1 to 5 stars.' }),
  title: z.string(),
  text: z.string(),
  author: z.string().nullable().meta({ description: 'The name that the customer wants to be shown with.' }),
  verifiedPurchase: z.boolean().meta({ description: 'Whether the customer has bought the product.' }),
  createdAt: TimestampSchema,
};

/** A review as a shop shows it. */
export const ReviewSchema = z.strictObject(reviewShape).meta({ id: 'Review' });

/** A review as its customer sees it. */
export const OwnReviewSchema = z
  .strictObject({ ...reviewShape, productId: IdSchema, state: StateSchema })
  .meta({ id: 'OwnReview' });

/** A review as staff see it. */
export const AdminReviewSchema = z
  .strictObject({
    ...reviewShape,
    productId: IdSchema,
    userId: IdSchema,
    state: StateSchema,
    allowedActions: z.array(z.enum(['approve', 'reject'])),
    version: z.int(),
    updatedAt: TimestampSchema,
  })
  .meta({ id: 'AdminReview' });

/** What the reviews of a product come to. */
export const RatingSummarySchema = z
  .strictObject({
    count: z.int(),
    average: z.number().nullable().meta({ description: 'To two decimals; `null` without reviews.', examples: [4.33] }),
  })
  .meta({ id: 'RatingSummary' });

/** A page of the reviews of a product, with what all of them come to. */
export const ReviewPageSchema = z
  .strictObject({ data: z.array(ReviewSchema), nextCursor: z.string().nullable(), summary: RatingSummarySchema })
  .meta({ id: 'ReviewPage' });

/** A page of reviews for staff. */
export const AdminReviewPageSchema = pageSchema(AdminReviewSchema, 'AdminReviewPage');

/** Query of the shop's reviews of a product. */
export const ListReviewsSchema = z.strictObject({
  ...pageQueryShape,
  sort: z.enum(['-createdAt', '-rating']).default('-createdAt'),
});

/** Query of the staff's reviews. */
export const AdminListReviewsSchema = z.strictObject({
  ...pageQueryShape,
  state: StateSchema.optional(),
  productId: IdSchema.optional(),
});

/** What a customer thinks of a product. */
export const CreateReviewSchema = z
  .strictObject({
    rating: z.int().min(1).max(5).meta({ description: '1 to 5 stars.' }),
    title: line(200),
    text: text(5_000).default(''),
    author: line(80).nullable().default(null).meta({ description: 'The name to be shown with.' }),
  })
  .meta({ id: 'CreateReview', examples: [{ rating: 5, title: 'Just right', text: 'Light and cool.', author: 'Ada' }] });

export type Review = z.infer<typeof ReviewSchema>;
export type OwnReview = z.infer<typeof OwnReviewSchema>;
export type AdminReview = z.infer<typeof AdminReviewSchema>;
export type RatingSummary = z.infer<typeof RatingSummarySchema>;
export type ReviewPage = z.infer<typeof ReviewPageSchema>;
export type ListReviews = z.output<typeof ListReviewsSchema>;
export type AdminListReviews = z.output<typeof AdminListReviewsSchema>;
export type CreateReview = z.output<typeof CreateReviewSchema>;
