import { Module } from '@nestjs/common';
import { ProductCacheModule } from '../cache/product-cache.module.js';
import { BestProductsRepository } from './best-products.repository.js';
import { BestProductsService } from './best-products.service.js';
import { SearchLogModule } from './log/search-log.module.js';
import { PostgresSearchEngine } from './postgres-search-engine.js';
import { ProductSalesService } from './product-sales.service.js';
import { ProductSearchRepository } from './product-search.repository.js';
import { ProductSearchService } from './product-search.service.js';
import { SearchEngine } from './search-engine.js';
import { SearchIndexRepository } from './search-index.repository.js';
import { SearchIndexService } from './search-index.service.js';
import { SearchTermsRepository } from './search-terms.repository.js';
import { SynonymsModule } from './synonyms/synonyms.module.js';

/** Finding products. */
@Module({
  imports: [ProductCacheModule, SearchLogModule, SynonymsModule],
  providers: [
    BestProductsRepository,
    BestProductsService,
    ProductSalesService,
    ProductSearchRepository,
    ProductSearchService,
    SearchIndexRepository,
    SearchIndexService,
    SearchTermsRepository,
    { provide: SearchEngine, useClass: PostgresSearchEngine },
  ],
  exports: [BestProductsService, ProductSalesService, ProductSearchService, SearchIndexService],
})
export class SearchModule {}
