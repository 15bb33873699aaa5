import { Module } from '@nestjs/common';
import { ImportSweep } from './imports/import-sweep.task.js';
import { ImportConsumer } from './imports/import.consumer.js';
import { PublishProducts } from './lifecycle/publish-products.task.js';
import { ProductsModule } from './products.module.js';
import { CountSearchWords } from './search/count-search-words.task.js';
import { KeepBestProducts } from './search/keep-best-products.task.js';
import { RecountSearchWords } from './search/recount-search-words.task.js';
import { SearchFreshness } from './search/search-freshness.js';
import { SearchLogSweep } from './search/log/search-log-sweep.task.js';
import { SearchLogModule } from './search/log/search-log.module.js';
import { RebuildsConsumer } from './search/rebuild/rebuilds.consumer.js';
import { RebuildsModule } from './search/rebuild/rebuilds.module.js';
import { SearchModule } from './search/search.module.js';

/** The jobs of the catalogue. */
@Module({
  imports: [ProductsModule, RebuildsModule, SearchLogModule, SearchModule],
  providers: [CountSearchWords, ImportConsumer, ImportSweep, KeepBestProducts, PublishProducts, RebuildsConsumer, RecountSearchWords, SearchFreshness, SearchLogSweep],
})
export class ProductsWorkerModule {}
