import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { InventoryModule } from '../inventory/index.js';
import { MediaModule } from '../media/index.js';
import { AdminProductsController } from './admin-products.controller.js';
import { BulkProductsController } from './bulk/bulk-products.controller.js';
import { BulkProductsService } from './bulk/bulk-products.service.js';
import { ProductCacheModule } from './cache/product-cache.module.js';
import { DemoShop } from './demo/demo-shop.service.js';
import { ProductExportsController } from './exports/product-exports.controller.js';
import { ProductExportsService } from './exports/product-exports.service.js';
import { ImportChunkEntity } from './imports/import-chunk.entity.js';
import { ImportChunksRepository } from './imports/import-chunks.repository.js';
import { ImportEntity } from './imports/import.entity.js';
import { ImportRunner } from './imports/import-runner.service.js';
import { ImportUploadsService } from './imports/import-uploads.service.js';
import { ImportsController } from './imports/imports.controller.js';
import { ImportsRepository } from './imports/imports.repository.js';
import { ImportsService } from './imports/imports.service.js';
import { ProductBatchService } from './imports/product-batch.service.js';
import { ProductBatchesRepository } from './imports/product-batches.repository.js';
import { ProductPartsService } from './imports/product-parts.service.js';
import { ProductUpsertService } from './imports/product-upsert.service.js';
import { ExternalReferencesService } from './references/external-references.service.js';
import { ProductLifecycleController } from './lifecycle/product-lifecycle.controller.js';
import { ProductRemovalService } from './lifecycle/product-removal.service.js';
import { PublishingRepository } from './lifecycle/publishing.repository.js';
import { RemovalsRepository } from './lifecycle/removals.repository.js';
import { ProductImagesController } from './images/product-images.controller.js';
import { ProductImagesService } from './images/product-images.service.js';
import { ProductTypesModule } from './product-types/product-types.module.js';
import { VariantPriceEntity } from './prices/variant-price.entity.js';
import { VariantPricesController } from './prices/variant-prices.controller.js';
import { VariantPricesRepository } from './prices/variant-prices.repository.js';
import { VariantPricesService } from './prices/variant-prices.service.js';
import { ProductEditingService } from './product-editing.service.js';
import { ProductReadsRepository } from './product-reads.repository.js';
import { ProductEntity } from './product.entity.js';
import { ProductsController } from './products.controller.js';
import { ProductsRepository } from './products.repository.js';
import { ProductsService } from './products.service.js';
import { SearchModule } from './search/search.module.js';
import { RebuildsApiModule } from './search/rebuild/rebuilds.module.js';
import { SearchLogApiModule } from './search/log/search-log.module.js';
import { SynonymsApiModule } from './search/synonyms/synonyms.module.js';
import { ProductSlugEntity } from './slugs/product-slug.entity.js';
import { ProductSlugsRepository } from './slugs/product-slugs.repository.js';
import { ProductTranslationEntity } from './translations/product-translation.entity.js';
import { VariantEntity } from './variant.entity.js';
import { ShopListsService } from './shop-lists.service.js';
import { VariantMatrixService } from './variants/variant-matrix.service.js';

/** The catalogue. */
@Module({
  imports: [
    InventoryModule,
    MediaModule,
    ProductCacheModule,
    SearchModule,
    ProductTypesModule,
    TypeOrmModule.forFeature([ProductEntity, ProductSlugEntity, ProductTranslationEntity, VariantEntity, VariantPriceEntity, ImportEntity, ImportChunkEntity]),
  ],
  providers: [
    BulkProductsService,
    DemoShop,
    ExternalReferencesService,
    ImportChunksRepository,
    ImportRunner,
    ImportUploadsService,
    ImportsRepository,
    ImportsService,
    ProductBatchService,
    ProductBatchesRepository,
    ProductEditingService,
    ProductImagesService,
    ProductPartsService,
    ProductExportsService,
    ProductReadsRepository,
    ProductRemovalService,
    ProductSlugsRepository,
    ProductUpsertService,
    ProductsRepository,
    ProductsService,
    PublishingRepository,
    RemovalsRepository,
    ShopListsService,
    VariantMatrixService,
    VariantPricesRepository,
    VariantPricesService,
  ],
  exports: [
    BulkProductsService,
    DemoShop,
    ExternalReferencesService,
    ImportChunksRepository,
    ImportRunner,
    ImportUploadsService,
    ImportsRepository,
    ImportsService,
    ProductEditingService,
    ProductExportsService,
    ProductImagesService,
    ProductReadsRepository,
    ProductRemovalService,
    ProductsRepository,
    ProductsService,
    PublishingRepository,
    SearchModule,
    ShopListsService,
    VariantMatrixService,
    VariantPricesService,
  ],
})
export class ProductsModule {}

/** The routes of the catalogue. */
@Module({
  imports: [ProductsModule, SearchModule, RebuildsApiModule, SearchLogApiModule, SynonymsApiModule],
  controllers: [
    ...[ProductsController, AdminProductsController, BulkProductsController, ImportsController],
    ...[ProductExportsController, ProductImagesController, ProductLifecycleController],
    VariantPricesController,
  ],
})
export class ProductsApiModule {}
