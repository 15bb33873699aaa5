import { Module } from '@nestjs/common';
import { CategoriesApiModule } from './categories/categories.module.js';
import { CollectionsApiModule } from './collections/collections.module.js';
import { ProductTypesApiModule } from './product-types/product-types.module.js';
import { RelatedProductsApiModule } from './related/related-products.module.js';
import { ReviewsApiModule } from './reviews/reviews.module.js';
import { TranslationsApiModule } from './translations/translations.module.js';

/** The routes of what leads buyers to products, and of its texts in further languages. */
@Module({
  imports: [CategoriesApiModule, CollectionsApiModule, ProductTypesApiModule, RelatedProductsApiModule, ReviewsApiModule, TranslationsApiModule],
})
export class ShelvesApiModule {}
