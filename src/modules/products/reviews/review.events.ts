import { z } from 'zod';
import { defineEvent } from '../../../infrastructure/outbox/event-registry.js';

const define = (type: string, meaning: string) =>
  defineEvent({
    type,
    version: 1,
    aggregate: 'review',
    meaning,
    payload: z.strictObject({ reviewId: z.uuid(), productId: z.uuid() }),
  });

/** A customer wrote a review. */
export const REVIEW_SUBMITTED = define('review.submitted', 'A customer wrote a review; it is not shown yet.');

/** A review is shown. */
export const REVIEW_APPROVED = define('review.approved', 'Staff approved a review: it is shown and counts.');

/** A review is not shown. */
export const REVIEW_REJECTED = define('review.rejected', 'Staff rejected a review: it is not shown and does not count.');
