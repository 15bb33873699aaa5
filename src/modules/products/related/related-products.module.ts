import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ProductsModule } from '../products.module.js';
import { AdminRelatedProductsController } from './admin-related-products.controller.js';
import { RelatedProductEntity } from './related-product.entity.js';
import { RelatedProductsController } from './related-products.controller.js';
import { RelatedProductsRepository } from './related-products.repository.js';
import { RelatedProductsService } from './related-products.service.js';

/** What is shown beside a product. */
@Module({
  imports: [ProductsModule, TypeOrmModule.forFeature([RelatedProductEntity])],
  providers: [RelatedProductsRepository, RelatedProductsService],
  exports: [RelatedProductsService],
})
export class RelatedProductsModule {}

/** The routes of what is shown beside a product. */
@Module({ imports: [RelatedProductsModule], controllers: [RelatedProductsController, AdminRelatedProductsController] })
export class RelatedProductsApiModule {}
