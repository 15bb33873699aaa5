import { Injectable } from '@nestjs/common';
import { Config } from '../../../../config/config.js';
import { invalidRequest, problem } from '../../../common/problems/problem.js';
import { Clock } from '../../../infrastructure/clock/clock.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { ProductEditingService } from '../product-editing.service.js';
import { PRODUCT_UPDATED } from '../product.events.js';
import type { AdminProduct } from '../product.schema.js';
import { ProductsRepository } from '../products.repository.js';
import type { VariantEntity } from '../variant.entity.js';
import type { SetVariantPrice } from './variant-price.schema.js';
import { VariantPricesRepository } from './variant-prices.repository.js';

/** The price that a call is about. */
export interface PriceKey {
  readonly productId: string;
  readonly variantId: string;
  readonly currency: string;
}

/** What staff ask for variants in further currencies; each change is one of the product. */
@Injectable()
export class VariantPricesService {
  constructor(
    private readonly prices: VariantPricesRepository,
    private readonly products: ProductsRepository,
    private readonly editing: ProductEditingService,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * Sets the price of a variant in a currency of the shop.
   *
   * @param version the product's version that the client read
   * @throws Problem `not_found`, `unknown_currency` (404), `precondition_failed` (412),
   * `invalid_request` (400) when the variant's own price is in that currency
   */
  put(key: PriceKey, version: number | null, price: SetVariantPrice): Promise<AdminProduct> {
    const { productId, variantId, currency } = key;
    return this.editing.edit(productId, version, PRODUCT_UPDATED, async (tx) => {
      const variant = await this.findVariant(tx, key);
      if (!this.config.shop.currencies.includes(currency)) throw problem('unknown_currency');
      if (variant.currency === currency) {
        throw invalidRequest({ pointer: '/currency', detail: "is that of the variant's own price, which is changed with the variant" });
      }
      const now = this.clock.now();
      await this.prices.put(tx, { ...price, variantId, currency, updatedAt: now });
      await this.products.updateProduct(tx, productId, {}, now);
    });
  }

  /**
   * Takes the price of a variant in a further currency away: it is not for sale in it any more.
   *
   * @param version the product's version that the client read
   * @throws Problem `not_found` (404), `precondition_failed` (412)
   */
  delete(key: PriceKey, version: number | null): Promise<AdminProduct> {
    const { productId, variantId, currency } = key;
    return this.editing.edit(productId, version, PRODUCT_UPDATED, async (tx) => {
      await this.findVariant(tx, key);
      if (!(await this.prices.delete(tx, { variantId, currency }))) throw problem('not_found');
      await this.products.updateProduct(tx, productId, {}, this.clock.now());
    });
  }

  private async findVariant(tx: Transaction, { productId, variantId }: PriceKey): Promise<VariantEntity> {
    const variant = (await this.products.variantsOf(tx, productId)).find(({ id }) => id === variantId);
    if (!variant) throw problem('not_found');
    return variant;
  }
}
