import { Injectable } from '@nestjs/common';
import { invalidRequest } from '../../../common/problems/problem.js';
import { Clock } from '../../../infrastructure/clock/clock.js';
import { actorLabel, type Actor } from '../../../infrastructure/http/actor.js';
import { ProductPartsService } from '../imports/product-parts.service.js';
import { ProductEditingService } from '../product-editing.service.js';
import type { ProductOption } from '../product.entity.js';
import { PRODUCT_UPDATED } from '../product.events.js';
import { MAX_VARIANTS } from '../product.schema.js';
import type { AdminProduct } from '../product.schema.js';
import { ProductsRepository } from '../products.repository.js';
import { combinationCount, combinationKey, combinations, fillIn, namesIn } from './variant-combinations.js';
import type { VariantMatrix } from './variant-matrix.schema.js';

const MAX_SKU_LENGTH = 100;

/** Makes the variants of all combinations of a product's options. */
@Injectable()
export class VariantMatrixService {
  constructor(
    private readonly products: ProductsRepository,
    private readonly editing: ProductEditingService,
    private readonly parts: ProductPartsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes the combinations that no variant has; a repeat makes nothing and tells nothing.
   *
   * @param version the version that the client read; `null` for any
   * @throws Problem `not_found` (404), `precondition_failed` (412), `sku_taken` (409),
   * `invalid_request` (400) when the pattern does not tell the variants apart, or they would be too many
   */
  complete(actor: Actor, id: string, version: number | null, matrix: VariantMatrix): Promise<AdminProduct> {
    return this.editing.edit(id, version, PRODUCT_UPDATED, async (tx, { options }) => {
      refuseUnfitPattern(options, matrix.skuPattern);
      refuseTooMany(combinationCount(options));
      const existing = await this.products.variantsOf(tx, id);
      const known = new Set(existing.map((variant) => combinationKey(variant.options)));
      const missing = combinations(options).filter((combination) => !known.has(combinationKey(combination)));
      if (missing.length === 0) return false;
      refuseTooMany(existing.length + missing.length);
      const { price, stock } = matrix;
      const variants = missing.map((combination) => ({
        sku: skuOf(matrix.skuPattern, combination),
        price,
        stock,
        options: combination,
      }));
      const position = (existing.at(-1)?.position ?? -1) + 1;
      await this.parts.addVariants(tx, id, position, variants, actorLabel(actor));
      await this.products.updateProduct(tx, id, {}, this.clock.now());
      return undefined;
    });
  }
}

/** @throws Problem `invalid_request` (400) when variants would share a SKU, or an option is named that there is not */
function refuseUnfitPattern(options: readonly ProductOption[], pattern: string): void {
  const named = namesIn(pattern);
  const unknown = named.find((name) => !options.some((option) => option.name === name));
  if (unknown !== undefined) throw unfit(`names ${unknown}, which is no option of the product`);
  const left = options.find(({ name, values }) => new Set(values).size > 1 && !named.includes(name));
  if (left) throw unfit(`must name {${left.name}}, or variants would share a SKU`);
}

function refuseTooMany(count: number): void {
  if (count <= MAX_VARIANTS) return;
  throw invalidRequest({ pointer: '', detail: `a product has at most ${String(MAX_VARIANTS)} variants` });
}

function skuOf(pattern: string, combination: Readonly<Record<string, string>>): string {
  const sku = fillIn(pattern, combination);
  if (sku.length > MAX_SKU_LENGTH) throw unfit(`makes a SKU of more than ${String(MAX_SKU_LENGTH)} characters`);
  return sku;
}

function unfit(detail: string) {
  return invalidRequest({ pointer: '/skuPattern', detail });
}
