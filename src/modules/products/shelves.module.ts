import { Module } from '@nestjs/common';
import { CategoriesApiModule } from './categories/categories.module.js';
import { ReviewsApiModule } from './reviews/reviews.module.js';

/** The routes of what leads buyers to products. */
@Module({ imports: [CategoriesApiModule, ReviewsApiModule] })
export class ShelvesApiModule {}
