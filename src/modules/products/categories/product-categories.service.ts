import { Injectable } from '@nestjs/common';
import { invalidRequest, problem } from '../../../common/problems/problem.js';
import { Clock } from '../../../infrastructure/clock/clock.js';
import { Database } from '../../../infrastructure/database/database.js';
import { domainEvent } from '../../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../../infrastructure/outbox/outbox.js';
import { PRODUCT_UPDATED } from '../product.events.js';
import { ProductReadsRepository } from '../product-reads.repository.js';
import { ProductsRepository } from '../products.repository.js';
import type { ProductCategories } from './category.schema.js';
import { CategoriesRepository } from './categories.repository.js';

/** In which categories a product is. */
@Injectable()
export class ProductCategoriesService {
  constructor(
    private readonly categories: CategoriesRepository,
    private readonly products: ProductsRepository,
    private readonly reads: ProductReadsRepository,
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * The categories of a product.
   *
   * @throws Problem `not_found` (404)
   */
  async get(productId: string): Promise<ProductCategories> {
    const product = await this.reads.find(productId);
    if (!product) throw problem('not_found');
    return { productId, version: product.version, categories: await this.categories.listOfProduct(productId) };
  }

  /**
   * Puts a product into categories and takes it out of all others; a change of the product.
   *
   * @param version the product's version that the client read
   * @throws Problem `not_found` (404), `precondition_failed` (412), `invalid_request` (400) naming what is no category
   */
  set(productId: string, version: number | null, categoryIds: readonly string[]): Promise<ProductCategories> {
    return this.database.transaction(async (tx) => {
      const product = await this.products.lock(tx, productId, version);
      const found = await this.categories.hold(tx, categoryIds);
      const faults = categoryIds.flatMap((id, index) =>
        found.has(id) ? [] : [{ pointer: `/categoryIds/${String(index)}`, detail: 'is no category' }],
      );
      if (faults.length > 0) throw invalidRequest(...faults);
      await this.categories.assign(tx, productId, categoryIds);
      await this.products.updateProduct(tx, productId, {}, this.clock.now());
      this.outbox.append(tx, domainEvent(PRODUCT_UPDATED, productId, { productId }));
      const categories = await this.categories.listOfProductIn(tx, productId);
      return { productId, version: product.version + 1, categories };
    });
  }
}
