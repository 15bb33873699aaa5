import { Injectable } from '@nestjs/common';
import { Config } from '../../../../config/config.js';
import { invalidRequest, problemAt } from '../../../common/problems/problem.js';
import { Clock } from '../../../infrastructure/clock/clock.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { InventoryService } from '../../inventory/index.js';
import type { ProductEntity } from '../product.entity.js';
import type { CreateProduct, NewVariant } from '../product.schema.js';
import { ProductsRepository } from '../products.repository.js';
import { toVariantRow } from '../variants/variant-row.js';
import { groupBy } from './group-by.js';
import { ProductBatchesRepository } from './product-batches.repository.js';
import { planPrices, planTranslations, type PartFault } from './product-parts.js';

/** Most faults that one answer names. */
const MAX_FAULTS = 50;

/** What is named of a product's texts in further languages, and of its variants' prices in further currencies. */
export interface NamedParts {
  readonly translations?: CreateProduct['translations'];
  readonly variants: readonly Pick<NewVariant, 'sku' | 'prices'>[];
}

/** What a product has beside its own row: its variants with their stock and prices, and its texts in further languages. */
@Injectable()
export class ProductPartsService {
  constructor(
    private readonly products: ProductsRepository,
    private readonly batches: ProductBatchesRepository,
    private readonly inventory: InventoryService,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** Adds variants from a position on, with their stock; answers their ids by SKU. */
  async addVariants(
    tx: Transaction,
    productId: string,
    position: number,
    variants: readonly NewVariant[],
    actor: string,
  ): Promise<Map<string, string>> {
    const now = this.clock.now();
    const rows = variants.map((variant, index) => toVariantRow(variant, { productId, position: position + index, now }));
    await this.products.insertVariants(tx, rows);
    await this.inventory.open(
      tx,
      rows.map(({ id }, index) => ({ variantId: id, quantity: variants[index]?.stock ?? 0 })),
      actor,
    );
    return new Map(rows.map(({ sku, id }) => [sku, id]));
  }

  /**
   * Gives a locked product the texts, and its variants the prices, that are named: what is not named stays, and a list
   * that is named is all that there is to be. Answers whether anything was changed; who asks tells it.
   *
   * @param idOfSku the ids of the variants
   * @param placeOf where a variant is named, as a JSON pointer
   * @throws Problem `unknown_locale`, `unknown_currency` (404), `invalid_request` (400) naming each option and value
   * that the product does not have
   */
  async write(
    tx: Transaction,
    product: Pick<ProductEntity, 'id' | 'options'>,
    named: NamedParts,
    idOfSku: ReadonlyMap<string, string>,
    placeOf: (index: number) => string = (index) => `/variants/${String(index)}`,
  ): Promise<boolean> {
    const translations = await this.planTranslations(tx, product, named.translations);
    const prices = await this.planPrices(tx, named.variants, idOfSku, placeOf);
    const plans = [...translations, ...prices];
    refuse(plans.flatMap(({ faults }) => faults));
    await this.batches.writeTranslations(tx, translations);
    await this.batches.writePrices(tx, prices);
    return plans.some(({ put, gone }) => put.length + gone.length > 0);
  }

  private async planTranslations(
    tx: Transaction,
    { id, options }: Pick<ProductEntity, 'id' | 'options'>,
    wanted: NamedParts['translations'],
  ): Promise<ReturnType<typeof planTranslations>[]> {
    if (wanted === undefined) return [];
    const translations = await this.batches.findTranslations(tx, [id]);
    return [planTranslations(wanted, { id, options, translations }, this.config.shop.locales.slice(1), this.clock.now())];
  }

  private async planPrices(
    tx: Transaction,
    variants: NamedParts['variants'],
    idOfSku: ReadonlyMap<string, string>,
    placeOf: (index: number) => string,
  ): Promise<ReturnType<typeof planPrices>[]> {
    const priced = variants.flatMap(({ sku, prices: wanted }, index) => {
      const id = idOfSku.get(sku);
      return wanted === undefined || id === undefined ? [] : [{ id, wanted, place: placeOf(index) }];
    });
    const present = groupBy(await this.batches.findPrices(tx, priced.map(({ id }) => id)), ({ variantId }) => variantId);
    const { currencies } = this.config.shop;
    return priced.map((variant) =>
      planPrices({ ...variant, prices: present.get(variant.id) ?? [] }, currencies, this.clock.now()),
    );
  }
}

/** @throws Problem of the first fault that has a code of its own, else `invalid_request` (400) when there is any */
function refuse(faults: readonly PartFault[]): void {
  const code = faults.find((fault) => fault.code)?.code;
  const same = faults.filter((fault) => fault.code === code).slice(0, MAX_FAULTS);
  const places = same.map(({ pointer, detail }) => ({ pointer, detail }));
  if (code) throw problemAt(code, ...places);
  if (places.length > 0) throw invalidRequest(...places);
}
