import { Module } from '@nestjs/common';
import { ImportConsumer } from './imports/import.consumer.js';
import { PublishProducts } from './lifecycle/publish-products.task.js';
import { ProductsModule } from './products.module.js';
import { SearchLogSweep } from './search/log/search-log-sweep.task.js';
import { SearchLogModule } from './search/log/search-log.module.js';

/** The jobs of the catalogue. */
@Module({ imports: [ProductsModule, SearchLogModule], providers: [ImportConsumer, PublishProducts, SearchLogSweep] })
export class ProductsWorkerModule {}
