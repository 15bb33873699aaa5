import type { ReviewEntity } from './review.entity.js';
import type { AdminReview, OwnReview, RatingSummary, Review } from './review.schema.js';
import { reviewMachine } from './review.state.js';

/** The row of a review as a shop shows it. */
export function toReview(row: Readonly<ReviewEntity>): Review {
  return {
    id: row.id,
    rating: row.rating,
    title: row.title,
    text: row.text,
    author: row.author,
    verifiedPurchase: row.verifiedPurchase,
    createdAt: row.createdAt.toISOString(),
  };
}

/** The row of a review as its customer sees it. */
export function toOwnReview(row: Readonly<ReviewEntity>): OwnReview {
  return { ...toReview(row), productId: row.productId, state: row.state };
}

/** The row of a review as staff see it. */
export function toAdminReview(row: Readonly<ReviewEntity>): AdminReview {
  return {
    ...toOwnReview(row),
    userId: row.userId,
    allowedActions: reviewMachine.allowedActions(row.state),
    version: row.version,
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** What the reviews of a product come to, as it is shown. */
export function toRatingSummary({ count, sum }: { count: number; sum: number }): RatingSummary {
  return { count, average: count === 0 ? null : Math.round((sum / count) * 100) / 100 };
}
