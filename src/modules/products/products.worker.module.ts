import { Module } from '@nestjs/common';
import { ImportConsumer } from './imports/import.consumer.js';
import { PublishProducts } from './lifecycle/publish-products.task.js';
import { ProductsModule } from './products.module.js';
import { CountSearchWords } from './search/count-search-words.task.js';
import { RecountSearchWords } from './search/recount-search-words.task.js';
import { SearchFreshness } from './search/search-freshness.js';

/** The jobs of the catalogue. */
@Module({ imports: [ProductsModule], providers: [CountSearchWords, ImportConsumer, PublishProducts, RecountSearchWords, SearchFreshness] })
export class ProductsWorkerModule {}
