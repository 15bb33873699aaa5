import { Injectable } from '@nestjs/common';
import { Config } from '../../../../config/config.js';
import { Clock } from '../../../infrastructure/clock/clock.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { domainEvent } from '../../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../../infrastructure/outbox/outbox.js';
import { InventoryService } from '../../inventory/index.js';
import { ImagesService, productImageUrl } from '../../media/index.js';
import type { ProductTypeEntity } from '../product-types/product-type.entity.js';
import type { ProductEntity, ProductImage } from '../product.entity.js';
import { PRODUCT_CREATED, PRODUCT_UPDATED } from '../product.events.js';
import { ProductSlugsRepository } from '../slugs/product-slugs.repository.js';
import type { VariantEntity } from '../variant.entity.js';
import { planProduct, type BatchState, type ProductPlan, type ShownImages } from './batch-plan.js';
import { groupBy } from './group-by.js';
import { ownImageId, type ProductUpsert, type WantedImage } from './checked-product.js';
import { ProductBatchesRepository } from './product-batches.repository.js';
import type { Fault } from './product-parts.js';

/** Problems of a product that another one has caused, and so perhaps one that is being written just now. */
const TAKEN = /^(sku|external_reference)_taken:/;

/** Whether a product was refused for what another one has. */
export function isRefusedForAnother({ product, faults }: UpsertOutcome): boolean {
  return product === 'refused' && faults.some(({ detail }) => TAKEN.test(detail));
}

/** What an upsert did, and what of the product was left out. */
export interface UpsertOutcome {
  readonly product: 'created' | 'updated' | 'unchanged' | 'refused';
  readonly variantsCreated: number;
  readonly variantsUpdated: number;
  readonly faults: readonly Fault[];
}

/** Makes products or brings them up to date, many with a few statements: products by slug, variants by SKU. */
@Injectable()
export class ProductBatchService {
  constructor(
    private readonly batches: ProductBatchesRepository,
    private readonly slugs: ProductSlugsRepository,
    private readonly images: ImagesService,
    private readonly inventory: InventoryService,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * Upserts products of which no two have a slug, a SKU or a reference in common. A repeat
   * changes nothing and tells nothing. The stock of a variant is set when it is made; later
   * files leave it alone, for orders have moved it.
   *
   * @throws a violated unique key when somebody else took a slug, a SKU or a reference just now
   */
  async upsert(tx: Transaction, upserts: readonly ProductUpsert[], actor: string): Promise<UpsertOutcome[]> {
    const state = await this.findState(tx, upserts);
    const now = this.clock.now();
    const plans = upserts.map((upsert) => planProduct(upsert, state, now));
    await this.carryOut(tx, plans.filter((plan) => 'kind' in plan), actor);
    return plans.map(toOutcome);
  }

  private async findState(tx: Transaction, upserts: readonly ProductUpsert[]): Promise<BatchState> {
    const existing = await this.batches.lockBySlugs(tx, upserts.map(({ slug }) => slug));
    const skus = upserts.flatMap(({ variants }) => variants.map(({ sku }) => sku));
    const wantedReferences = upserts.flatMap(({ externalReference }) => externalReference ?? []);
    const variants = await this.batches.findVariants(tx, existing.map(({ id }) => id), skus);
    const references = await this.batches.findByReferences(tx, wantedReferences);
    const { locales, currencies } = this.config.shop;
    const ready = await this.images.hold(tx, upserts.flatMap(imageIdsOf));
    return {
      bySlug: new Map(existing.map((row) => [row.slug, row])),
      bySku: new Map(variants.map((row) => [row.sku, row])),
      variantsOf: groupBy(variants, ({ productId }) => productId),
      references,
      types: await this.holdTypes(tx, existing, upserts),
      ...(await this.findParts(tx, existing, variants, upserts)),
      languages: locales.slice(1),
      currencies,
      showImages: (upsert, idOfSku) => showImages(upsert, ready, idOfSku),
    };
  }

  private holdTypes(tx: Transaction, existing: readonly ProductEntity[], upserts: readonly ProductUpsert[]): Promise<Map<string, ProductTypeEntity>> {
    const ids = [...existing, ...upserts].flatMap(({ productTypeId }) => productTypeId ?? []);
    const codes = upserts.flatMap(({ parts }) => parts.productType?.code ?? []);
    return this.batches.holdTypes(tx, [...new Set(ids)], [...new Set(codes)]);
  }

  /** What there is of the parts that the files name. */
  private async findParts(
    tx: Transaction,
    existing: readonly ProductEntity[],
    variants: readonly VariantEntity[],
    upserts: readonly ProductUpsert[],
  ): Promise<Pick<BatchState, 'translationsOf' | 'pricesOf'>> {
    const translated = new Set(upserts.filter(({ translations }) => translations).map(({ slug }) => slug));
    const priced = new Set(upserts.flatMap((upsert) => upsert.variants.filter(({ prices }) => prices).map(({ sku }) => sku)));
    const idsOf = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id);
    const translations = await this.batches.findTranslations(tx, idsOf(existing.filter(({ slug }) => translated.has(slug))));
    const prices = await this.batches.findPrices(tx, idsOf(variants.filter(({ sku }) => priced.has(sku))));
    return {
      translationsOf: groupBy(translations, ({ ownerId }) => ownerId),
      pricesOf: groupBy(prices, ({ variantId }) => variantId),
    };
  }

  private async carryOut(tx: Transaction, plans: readonly ProductPlan[], actor: string): Promise<void> {
    const now = this.clock.now();
    const created = plans.filter(({ kind }) => kind === 'created').map(({ product }) => product);
    const updated = plans.filter(({ kind }) => kind === 'updated').map(({ product }) => product);
    const added = plans.flatMap((plan) => plan.added);
    for (const { id, kind } of plans) {
      const event = { created: PRODUCT_CREATED, updated: PRODUCT_UPDATED, unchanged: null }[kind];
      if (event) this.outbox.append(tx, domainEvent(event, id, { productId: id }));
    }
    await this.batches.insertProducts(tx, created);
    if (created.length > 0) await this.slugs.takeAll(tx, created.map(({ slug }) => slug));
    await this.batches.updateProducts(tx, updated, now);
    await this.batches.updateVariants(tx, plans.flatMap(({ changed }) => changed), now);
    await this.batches.insertVariants(tx, added.map(({ row }) => row));
    await this.inventory.open(tx, added.map(({ row, stock }) => ({ variantId: row.id, quantity: stock })), actor);
    await this.batches.writeTranslations(tx, plans.map(({ translations }) => translations));
    await this.batches.writePrices(tx, plans.flatMap(({ prices }) => prices));
    if (created.length + updated.length > 0) await this.batches.indexNow(tx);
  }
}

function toOutcome(plan: ProductPlan | readonly Fault[]): UpsertOutcome {
  if (!('kind' in plan)) return { product: 'refused', variantsCreated: 0, variantsUpdated: 0, faults: plan };
  const { kind, added, changed, faults } = plan;
  return { product: kind, variantsCreated: added.length, variantsUpdated: changed.length, faults };
}

function imageIdsOf({ images, variants }: ProductUpsert): string[] {
  const shown = variants.flatMap(({ imageUrl = '' }) => ownImageId(imageUrl) ?? []);
  return [...images.flatMap(({ imageId }) => imageId ?? []), ...shown];
}

/** Images that are in this shop are its own; others are shown from where they are, when that is an address of the web. */
function showImages(
  { images, variants }: ProductUpsert,
  ready: ReadonlyMap<string, unknown>,
  idOfSku: (sku: string) => string | undefined,
): ShownImages {
  const faults: Fault[] = [];
  const leaveOut = (field: string): [] => {
    faults.push({ field, detail: 'is an image that this shop does not have' });
    return [];
  };
  const shown = images.flatMap((image, index) => toShown(image, ready, idOfSku) ?? leaveOut(`images.${String(index)}`));
  const withImages = variants.map((variant, index) => {
    const id = ownImageId(variant.imageUrl ?? '');
    if (id === undefined || ready.has(id)) return variant;
    leaveOut(`variants.${String(index)}.imageUrl`);
    return { ...variant, imageUrl: undefined };
  });
  return { images: shown, variants: withImages, faults };
}

function toShown(
  { url, alt, imageId, skus }: WantedImage,
  ready: ReadonlyMap<string, unknown>,
  idOfSku: (sku: string) => string | undefined,
): ProductImage | null {
  const variantIds = skus && { variantIds: skus.flatMap((sku) => idOfSku(sku) ?? []) };
  if (imageId !== undefined && ready.has(imageId)) return { imageId, url: productImageUrl(imageId), alt, ...variantIds };
  return url.startsWith('/') ? null : { url, alt, ...variantIds };
}
