import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CategoriesModule } from '../categories/categories.module.js';
import { CollectionsModule } from '../collections/collections.module.js';
import { ProductsModule } from '../products.module.js';
import { CategoryTranslationEntity } from './category-translation.entity.js';
import { CategoryTranslationsController } from './category-translations.controller.js';
import { CategoryTranslationsService } from './category-translations.service.js';
import { CollectionTranslationEntity } from './collection-translation.entity.js';
import { CollectionTranslationsController } from './collection-translations.controller.js';
import { CollectionTranslationsService } from './collection-translations.service.js';
import { ProductTranslationEntity } from './product-translation.entity.js';
import { ProductTranslationsController } from './product-translations.controller.js';
import { ProductTranslationsService } from './product-translations.service.js';
import { TranslationsRepository } from './translations.repository.js';
import { TranslationsService } from './translations.service.js';

/** The texts of the catalogue in further languages. */
@Module({
  imports: [
    ProductsModule,
    CategoriesModule,
    CollectionsModule,
    TypeOrmModule.forFeature([CategoryTranslationEntity, CollectionTranslationEntity, ProductTranslationEntity]),
  ],
  providers: [
    CategoryTranslationsService,
    CollectionTranslationsService,
    ProductTranslationsService,
    TranslationsRepository,
    TranslationsService,
  ],
  exports: [CategoryTranslationsService, CollectionTranslationsService, ProductTranslationsService],
})
export class TranslationsModule {}

/** The routes of the texts in further languages. */
@Module({
  imports: [TranslationsModule],
  controllers: [CategoryTranslationsController, CollectionTranslationsController, ProductTranslationsController],
})
export class TranslationsApiModule {}
