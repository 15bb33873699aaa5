import { Injectable } from '@nestjs/common';
import { Database } from '../../../infrastructure/database/database.js';
import { ProductEditingService } from '../product-editing.service.js';
import { AdminListProductsSchema, CreateProductSchema } from '../product.schema.js';
import { ProductsService } from '../products.service.js';
import { SearchIndexService } from '../search/search-index.service.js';
import { DEMO_PRODUCTS } from './demo-products.js';

/** Fills an empty catalogue, so that a newcomer finds something to buy. */
@Injectable()
export class DemoShop {
  constructor(
    private readonly products: ProductsService,
    private readonly editing: ProductEditingService,
    private readonly index: SearchIndexService,
    private readonly database: Database,
  ) {}

  /** Adds the demo products in one transaction; false when the catalogue is not empty. */
  async seed(): Promise<boolean> {
    const { data } = await this.products.adminList(AdminListProductsSchema.parse({ limit: 1 }));
    if (data.length > 0) return false;
    await this.database.transaction(async (tx) => {
      for (const product of DEMO_PRODUCTS) {
        await this.editing.insert(tx, CreateProductSchema.parse(product), 'system');
      }
    });
    // The shop is tried out at once, before the first minute of the schedule is over.
    await this.index.countAllWords();
    return true;
  }
}
