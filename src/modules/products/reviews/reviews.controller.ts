import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { line } from '../../../common/text/text.schema.js';
import { CurrentActor, type SignedInActor } from '../../../infrastructure/http/actor.js';
import { Operation } from '../../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../../infrastructure/http/requires.decorator.js';
import { Idempotent } from '../../../infrastructure/idempotency/idempotent.decorator.js';
import { REVIEW_SUBMITTED } from './review.events.js';
import { CreateReviewSchema, ListReviewsSchema, OwnReviewSchema, ReviewPageSchema } from './review.schema.js';
import type { CreateReview, ListReviews, OwnReview, ReviewPage } from './review.schema.js';
import { ReviewsService } from './reviews.service.js';

/** What customers think of a product. */
@ApiTags('Reviews')
@Controller('v1/products/:idOrSlug/reviews')
export class ReviewsController {
  constructor(private readonly reviews: ReviewsService) {}

  @Get()
  @Requires('catalogue:read')
  @Operation({
    id: 'listReviews',
    summary: 'List the reviews of a product, with their number and average',
    answers: ReviewPageSchema,
    etag: 'content',
    problems: ['invalid_cursor'],
  })
  list(
    @Param('idOrSlug', { schema: line(200) }) idOrSlug: string,
    @Query({ schema: ListReviewsSchema }) query: ListReviews,
  ): Promise<ReviewPage> {
    return this.reviews.list(idOrSlug, query);
  }

  @Post()
  @Requires('reviews:create')
  @Idempotent('optional')
  @Operation({
    id: 'createReview', emits: [REVIEW_SUBMITTED],
    summary: 'Review a product; it is shown once staff approve it',
    status: 201,
    answers: OwnReviewSchema,
    problems: ['already_reviewed'],
  })
  create(
    @CurrentActor() actor: SignedInActor,
    @Param('idOrSlug', { schema: line(200) }) idOrSlug: string,
    @Body({ schema: CreateReviewSchema }) input: CreateReview,
  ): Promise<OwnReview> {
    return this.reviews.create(actor, idOrSlug, input);
  }
}
