import { Module } from '@nestjs/common';
import { ProductCache } from './product-cache.js';

/** What is kept of products; one of it in a process. */
@Module({ providers: [ProductCache], exports: [ProductCache] })
export class ProductCacheModule {}
