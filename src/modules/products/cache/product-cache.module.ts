import { Module } from '@nestjs/common';
import { ListedProducts } from './listed-products.js';
import { ProductCache } from './product-cache.js';

/** What is kept of products; one of it in a process. */
@Module({ providers: [ListedProducts, ProductCache], exports: [ListedProducts, ProductCache] })
export class ProductCacheModule {}
