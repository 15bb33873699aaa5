import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AdminReviewsController } from './admin-reviews.controller.js';
import { PurchaseEntity } from './purchase.entity.js';
import { PurchasesRepository } from './purchases.repository.js';
import { PurchasesService } from './purchases.service.js';
import { RatingEntity } from './rating.entity.js';
import { ReviewEntity } from './review.entity.js';
import { ReviewsController } from './reviews.controller.js';
import { ReviewsRepository } from './reviews.repository.js';
import { ReviewsService } from './reviews.service.js';

/** Reviews of products. */
@Module({
  imports: [TypeOrmModule.forFeature([ReviewEntity, RatingEntity, PurchaseEntity])],
  providers: [PurchasesRepository, PurchasesService, ReviewsRepository, ReviewsService],
  exports: [PurchasesService, ReviewsService],
})
export class ReviewsModule {}

/** The routes of reviews. */
@Module({ imports: [ReviewsModule], controllers: [ReviewsController, AdminReviewsController] })
export class ReviewsApiModule {}
