import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Page } from '../../../common/pagination/page.schema.js';
import { IdSchema } from '../../../common/text/text.schema.js';
import { IfMatch } from '../../../infrastructure/http/if-match.decorator.js';
import { Operation } from '../../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../../infrastructure/http/requires.decorator.js';
import { Idempotent } from '../../../infrastructure/idempotency/idempotent.decorator.js';
import { REVIEW_APPROVED, REVIEW_REJECTED } from './review.events.js';
import { AdminListReviewsSchema, AdminReviewPageSchema, AdminReviewSchema } from './review.schema.js';
import type { AdminListReviews, AdminReview } from './review.schema.js';
import { ReviewsService } from './reviews.service.js';

const answersReview = { answers: AdminReviewSchema, etag: 'version' } as const;

/** Reviews, for staff. */
@ApiTags('Reviews')
@Controller('v1/admin/reviews')
export class AdminReviewsController {
  constructor(private readonly reviews: ReviewsService) {}

  @Get()
  @Requires('reviews:read')
  @Operation({
    id: 'adminListReviews',
    summary: 'List reviews, the newest first',
    answers: AdminReviewPageSchema,
    problems: ['invalid_cursor'],
  })
  list(@Query({ schema: AdminListReviewsSchema }) query: AdminListReviews): Promise<Page<AdminReview>> {
    return this.reviews.adminList(query);
  }

  @Get(':id')
  @Requires('reviews:read')
  @Operation({ id: 'adminGetReview', summary: 'Read a review', ...answersReview })
  get(@Param('id', { schema: IdSchema }) id: string): Promise<AdminReview> {
    return this.reviews.adminGet(id);
  }

  @Post(':id/approve')
  @Requires('reviews:moderate')
  @Idempotent('optional')
  @Operation({
    id: 'approveReview', emits: [REVIEW_APPROVED],
    summary: 'Show a review',
    ifMatch: 'optional',
    problems: ['invalid_state_transition'],
    ...answersReview,
  })
  approve(
    @Param('id', { schema: IdSchema }) id: string,
    @IfMatch('optional') version: number | null,
  ): Promise<AdminReview> {
    return this.reviews.settle(id, version, 'approve');
  }

  @Post(':id/reject')
  @Requires('reviews:moderate')
  @Idempotent('optional')
  @Operation({
    id: 'rejectReview', emits: [REVIEW_REJECTED],
    summary: 'Do not show a review, or no more',
    ifMatch: 'optional',
    problems: ['invalid_state_transition'],
    ...answersReview,
  })
  reject(
    @Param('id', { schema: IdSchema }) id: string,
    @IfMatch('optional') version: number | null,
  ): Promise<AdminReview> {
    return this.reviews.settle(id, version, 'reject');
  }
}
