import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ProductsModule } from '../products.module.js';
import { AdminCollectionsController } from './admin-collections.controller.js';
import { CollectionEditingService } from './collection-editing.service.js';
import { CollectionProductEntity } from './collection-product.entity.js';
import { CollectionRulesRepository } from './collection-rules.repository.js';
import { CollectionEntity } from './collection.entity.js';
import { CollectionsController } from './collections.controller.js';
import { CollectionsRepository } from './collections.repository.js';
import { CollectionsService } from './collections.service.js';

/** Collections of products. */
@Module({
  imports: [ProductsModule, TypeOrmModule.forFeature([CollectionEntity, CollectionProductEntity])],
  providers: [CollectionEditingService, CollectionRulesRepository, CollectionsRepository, CollectionsService],
  exports: [CollectionEditingService, CollectionsRepository, CollectionsService],
})
export class CollectionsModule {}

/** The routes of collections. */
@Module({ imports: [CollectionsModule], controllers: [CollectionsController, AdminCollectionsController] })
export class CollectionsApiModule {}
