import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { InventoryModule } from '../inventory/index.js';
import { AdminProductsController } from './admin-products.controller.js';
import { BulkProductsController } from './bulk/bulk-products.controller.js';
import { BulkProductsService } from './bulk/bulk-products.service.js';
import { ProductCache } from './cache/product-cache.js';
import { DemoShop } from './demo/demo-shop.service.js';
import { ProductExportsController } from './exports/product-exports.controller.js';
import { ProductExportsService } from './exports/product-exports.service.js';
import { ImportEntity } from './imports/import.entity.js';
import { ImportRunner } from './imports/import-runner.service.js';
import { ImportsController } from './imports/imports.controller.js';
import { ImportsRepository } from './imports/imports.repository.js';
import { ImportsService } from './imports/imports.service.js';
import { ProductUpsertService } from './imports/product-upsert.service.js';
import { ProductEditingService } from './product-editing.service.js';
import { ProductReadsRepository } from './product-reads.repository.js';
import { ProductEntity } from './product.entity.js';
import { ProductsController } from './products.controller.js';
import { ProductsRepository } from './products.repository.js';
import { ProductsService } from './products.service.js';
import { VariantEntity } from './variant.entity.js';

/** The catalogue. */
@Module({
  imports: [InventoryModule, TypeOrmModule.forFeature([ProductEntity, VariantEntity, ImportEntity])],
  providers: [
    BulkProductsService,
    DemoShop,
    ImportRunner,
    ImportsRepository,
    ImportsService,
    ProductCache,
    ProductEditingService,
    ProductExportsService,
    ProductReadsRepository,
    ProductUpsertService,
    ProductsRepository,
    ProductsService,
  ],
  exports: [
    ...[BulkProductsService, DemoShop, ImportRunner, ImportsRepository, ImportsService],
    ...[ProductEditingService, ProductExportsService, ProductsService],
  ],
})
export class ProductsModule {}

/** The routes of the catalogue. */
@Module({
  imports: [ProductsModule],
  controllers: [
    ...[ProductsController, BulkProductsController, AdminProductsController],
    ...[ImportsController, ProductExportsController],
  ],
})
export class ProductsApiModule {}
