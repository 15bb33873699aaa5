import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Page } from '../../../common/pagination/page.schema.js';
import { problem } from '../../../common/problems/problem.js';
import { Clock } from '../../../infrastructure/clock/clock.js';
import { Database } from '../../../infrastructure/database/database.js';
import type { SignedInActor } from '../../../infrastructure/http/actor.js';
import { domainEvent } from '../../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../../infrastructure/outbox/outbox.js';
import { PurchasesRepository } from './purchases.repository.js';
import type { ReviewEntity } from './review.entity.js';
import { REVIEW_APPROVED, REVIEW_REJECTED, REVIEW_SUBMITTED } from './review.events.js';
import { toAdminReview, toOwnReview, toRatingSummary, toReview } from './review.mapper.js';
import type { AdminListReviews, AdminReview, CreateReview, ListReviews, OwnReview, ReviewPage } from './review.schema.js';
import { reviewMachine, type ReviewAction } from './review.state.js';
import { ReviewsRepository } from './reviews.repository.js';

const STATE_EVENTS = { approve: REVIEW_APPROVED, reject: REVIEW_REJECTED } as const;

/** What customers think of products, once staff have read it. */
@Injectable()
export class ReviewsService {
  constructor(
    private readonly reviews: ReviewsRepository,
    private readonly purchases: PurchasesRepository,
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * A page of the approved reviews of a product on sale, with what all of them come to.
   *
   * @throws Problem `not_found` (404)
   */
  async list(idOrSlug: string, query: ListReviews): Promise<ReviewPage> {
    const product = await this.reviews.findRatedProduct(idOrSlug, this.clock.now());
    if (!product) throw problem('not_found');
    const page = await this.reviews.list(product.productId, query, toReview);
    return { ...page, summary: toRatingSummary(product) };
  }

  /**
   * Writes a review of a product on sale, for staff to read.
   *
   * @throws Problem `not_found` (404), `already_reviewed` (409)
   */
  create({ userId }: SignedInActor, idOrSlug: string, input: CreateReview): Promise<OwnReview> {
    return this.database.transaction(async (tx) => {
      const [id, now] = [uuidv7(), this.clock.now()];
      const productId = await this.reviews.holdProduct(tx, idOrSlug, now);
      if (productId === null) throw problem('not_found');
      const review = {
        ...input,
        id,
        productId,
        userId,
        state: reviewMachine.initial,
        verifiedPurchase: await this.purchases.exists(tx, productId, userId),
        version: 1,
        createdAt: now,
        updatedAt: now,
      };
      await this.reviews.insert(tx, review);
      this.outbox.append(tx, domainEvent(REVIEW_SUBMITTED, id, { reviewId: id, productId }));
      return toOwnReview(review);
    });
  }

  /** A page of all reviews, for staff. */
  adminList(query: AdminListReviews): Promise<Page<AdminReview>> {
    return this.reviews.adminList(query, toAdminReview);
  }

  /**
   * Any review, for staff.
   *
   * @throws Problem `not_found` (404)
   */
  async adminGet(id: string): Promise<AdminReview> {
    const review = await this.reviews.find(id);
    if (!review) throw problem('not_found');
    return toAdminReview(review);
  }

  /**
   * Approves or rejects a review; the rating of its product follows at once.
   *
   * @param version the version that the client read; `null` for any
   * @throws Problem `not_found` (404), `precondition_failed` (412), `invalid_state_transition` (409)
   */
  settle(id: string, version: number | null, action: ReviewAction): Promise<AdminReview> {
    return this.database.transaction(async (tx) => {
      const review: Readonly<ReviewEntity> = await this.reviews.lock(tx, id, version);
      const { productId, userId } = review;
      const state = reviewMachine.next(review.state, action);
      if (state === null) throw problem('invalid_state_transition', { state: review.state, action });
      const now = this.clock.now();
      const changes = { state, verifiedPurchase: await this.purchases.exists(tx, productId, userId) };
      await this.reviews.settle(tx, id, changes, now);
      if (state === 'approved') await this.reviews.addRating(tx, review);
      if (review.state === 'approved') await this.reviews.removeRating(tx, review);
      this.outbox.append(tx, domainEvent(STATE_EVENTS[action], id, { reviewId: id, productId }));
      return toAdminReview({ ...review, ...changes, version: review.version + 1, updatedAt: now });
    });
  }
}
