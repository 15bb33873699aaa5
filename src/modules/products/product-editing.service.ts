import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { invalidRequest, problem } from '../../common/problems/problem.js';
import { MAX_SLUG_LENGTH, slugify } from '../../common/text/slug.js';
import { Clock } from '../../infrastructure/clock/clock.js';
import { Database } from '../../infrastructure/database/database.js';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import { actorLabel, type Actor } from '../../infrastructure/http/actor.js';
import { domainEvent, type EventDefinition } from '../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../infrastructure/outbox/outbox.js';
import { ProductPartsService } from './imports/product-parts.service.js';
import { momentOf, momentsOf, saleTimesFault } from './lifecycle/sale.schema.js';
import { columnsOfChanged, columnsOfNew } from './product-types/typed-product.js';
import type { ProductEntity } from './product.entity.js';
import {
  PRODUCT_ARCHIVED,
  PRODUCT_CREATED,
  PRODUCT_PUBLISHED,
  PRODUCT_RESTORED,
  PRODUCT_UPDATED,
} from './product.events.js';
import { ProductReadsRepository } from './product-reads.repository.js';
import { toAdminProduct } from './product.mapper.js';
import { MAX_VARIANTS, optionFaults } from './product.schema.js';
import type { AdminProduct, CreateProduct, NewVariant, UpdateProduct, UpdateVariant } from './product.schema.js';
import { productMachine, type ProductAction, type ProductState } from './product.state.js';
import { ProductsRepository } from './products.repository.js';
import { ProductSlugsRepository } from './slugs/product-slugs.repository.js';
import { optionInUse } from './variants/option-use.js';
import type { VariantEntity } from './variant.entity.js';

const STATE_EVENTS = { publish: PRODUCT_PUBLISHED, archive: PRODUCT_ARCHIVED, restore: PRODUCT_RESTORED } as const;

/** What staff do with products. */
@Injectable()
export class ProductEditingService {
  constructor(
    private readonly products: ProductsRepository,
    private readonly reads: ProductReadsRepository,
    private readonly slugs: ProductSlugsRepository,
    private readonly parts: ProductPartsService,
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes a product with its variants and their stock, its texts in further languages and their prices in further currencies.
   *
   * @throws Problem `slug_taken`, `sku_taken`, `external_reference_taken` (409), `unknown_locale`, `unknown_currency` (404),
   * `invalid_request` (400) when attributes or texts name what there is not
   */
  create(actor: Actor, input: CreateProduct): Promise<AdminProduct> {
    return this.database.transaction(async (tx) => {
      const id = await this.insert(tx, input, actorLabel(actor), input.state);
      return this.answer(tx, id);
    });
  }

  /** The same as a step of another transaction; answers the id. */
  async insert(
    tx: Transaction,
    input: Omit<CreateProduct, 'state'>,
    actor: string,
    state: ProductState = 'active',
  ): Promise<string> {
    const { variants, translations, slug, productTypeId, attributes, ...details } = input;
    const now = this.clock.now();
    const id = uuidv7();
    const product = {
      ...details,
      ...(await columnsOfNew(tx, this.products, { productTypeId, attributes })),
      publishAt: momentOf(details.publishAt),
      unpublishAt: momentOf(details.unpublishAt),
      id,
      slug: slug ?? (await this.freeSlug(tx, details.title, id)),
      state,
      version: 1,
      createdAt: now,
      updatedAt: now,
    };
    await this.products.insertProduct(tx, product);
    await this.slugs.take(tx, product.slug);
    const idOfSku = await this.parts.addVariants(tx, id, 0, variants, actor);
    await this.parts.write(tx, product, { translations, variants }, idOfSku);
    this.outbox.append(tx, domainEvent(PRODUCT_CREATED, id, { productId: id }));
    return id;
  }

  /**
   * Changes a product.
   *
   * @param version the version that the client read
   * @throws Problem `not_found` (404), `precondition_failed` (412), `slug_taken`, `external_reference_taken`,
   * `option_in_use` (409), `invalid_request` (400) when its options, times or attributes do not fit what there is
   */
  update(id: string, version: number | null, changes: UpdateProduct): Promise<AdminProduct> {
    return this.database.transaction(async (tx) => {
      await this.updateIn(tx, id, version, changes);
      return this.answer(tx, id);
    });
  }

  /** The same as a step of another transaction. */
  updateIn(tx: Transaction, id: string, version: number | null, changes: UpdateProduct): Promise<void> {
    return this.editIn(tx, { id, version }, PRODUCT_UPDATED, async (product) => {
      refuseUnfitTimes(product, changes);
      if (changes.options) {
        const fault = optionInUse(changes.options, await this.products.variantsOf(tx, id));
        if (fault) throw fault;
      }
      const { publishAt: _, unpublishAt: __, productTypeId: ___, attributes: ____, ...columns } = changes;
      const typed = await columnsOfChanged(tx, this.products, product, changes);
      await this.products.updateProduct(tx, id, { ...columns, ...typed, ...momentsOf(changes) }, this.clock.now());
      await this.rename(tx, product, changes.slug);
    });
  }

  /** Remembers the slug that a product had until now, and that the new one is its own. */
  async rename(tx: Transaction, product: Pick<ProductEntity, 'id' | 'slug'>, slug: string | undefined): Promise<void> {
    if (slug === undefined || slug === product.slug) return;
    await this.slugs.take(tx, slug);
    await this.slugs.leave(tx, product.slug, product.id, this.clock.now());
  }

  /**
   * Adds a variant to a product, with its prices in further currencies.
   *
   * @throws Problem `not_found`, `unknown_currency` (404), `precondition_failed` (412), `sku_taken`, `duplicate_options` (409),
   * `invalid_request` (400) when its option values are not the product's
   */
  addVariant(actor: Actor, id: string, version: number | null, variant: NewVariant): Promise<AdminProduct> {
    return this.edit(id, version, PRODUCT_UPDATED, async (tx, product) => {
      const faults = optionFaults(product.options, variant.options);
      if (faults.length > 0) {
        throw invalidRequest(
          ...faults.map(({ path, message }) => ({ pointer: `/options/${path.join('/')}`, detail: message })),
        );
      }
      const existing = await this.products.variantsOf(tx, id);
      if (existing.length >= MAX_VARIANTS) {
        throw invalidRequest({ pointer: '', detail: `a product has at most ${String(MAX_VARIANTS)} variants` });
      }
      const position = (existing.at(-1)?.position ?? -1) + 1;
      const idOfSku = await this.parts.addVariants(tx, id, position, [variant], actorLabel(actor));
      await this.parts.write(tx, product, { variants: [variant] }, idOfSku, () => '');
      await this.products.updateProduct(tx, id, {}, this.clock.now());
    });
  }

  /**
   * Changes a variant of a product.
   *
   * @throws Problem `not_found` (404), `precondition_failed` (412), `sku_taken` (409)
   */
  updateVariant(
    ids: { productId: string; variantId: string },
    version: number | null,
    changes: UpdateVariant,
  ): Promise<AdminProduct> {
    const { productId, variantId } = ids;
    return this.edit(productId, version, PRODUCT_UPDATED, async (tx) => {
      const now = this.clock.now();
      const variant = (await this.products.variantsOf(tx, productId)).find(({ id }) => id === variantId);
      if (!variant) throw problem('not_found');
      await this.products.updateVariant(tx, { id: variantId, productId }, toColumns(variant, changes), now);
      await this.products.updateProduct(tx, productId, {}, now);
    });
  }

  /**
   * Publishes, archives or restores a product.
   *
   * @param version the version that the client read; `null` for any
   * @throws Problem `not_found` (404), `precondition_failed` (412), `invalid_state_transition` (409)
   */
  move(id: string, action: ProductAction, version: number | null = null): Promise<AdminProduct> {
    return this.edit(id, version, STATE_EVENTS[action], (tx, product) => this.moveLocked(tx, product, action));
  }

  /** The same as a step of another transaction. */
  moveIn(tx: Transaction, id: string, action: ProductAction): Promise<void> {
    return this.editIn(tx, { id, version: null }, STATE_EVENTS[action], (product) => this.moveLocked(tx, product, action));
  }

  /**
   * The same as a step of another transaction, which tells it.
   *
   * @throws Problem `invalid_state_transition` (409)
   */
  async moveLocked(tx: Transaction, product: ProductEntity, action: ProductAction): Promise<void> {
    const { id, state: from } = product;
    const now = this.clock.now();
    const to = productMachine.next(from, action);
    const times = to === 'active' ? timesOnSale(product, now) : {};
    if (to === null || !(await this.products.move(tx, { id, from, to }, times, now))) {
      throw problem('invalid_state_transition', { state: from, action });
    }
  }

  /**
   * Changes a locked product, tells it and answers the product.
   *
   * @param change answers false when there was nothing to change, and so nothing to tell
   * @throws Problem `not_found` (404), `precondition_failed` (412); whatever `change` throws
   */
  edit(
    id: string,
    version: number | null,
    event: EventDefinition,
    // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- most changes have nothing to say
    change: (tx: Transaction, product: ProductEntity) => Promise<void | false>,
  ): Promise<AdminProduct> {
    return this.database.transaction(async (tx) => {
      await this.editIn(tx, { id, version }, event, (product) => change(tx, product));
      return this.answer(tx, id);
    });
  }

  private async editIn(
    tx: Transaction,
    { id, version }: { id: string; version: number | null },
    event: EventDefinition,
    // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- most changes have nothing to say
    change: (product: ProductEntity) => Promise<void | false>,
  ): Promise<void> {
    const changed = await change(await this.products.lock(tx, id, version));
    if (changed !== false) this.outbox.append(tx, domainEvent(event, id, { productId: id }));
  }

  /**
   * A product as the transaction has left it.
   *
   * @throws Problem `not_found` (404)
   */
  async answer(tx: Transaction, id: string): Promise<AdminProduct> {
    const row = await this.reads.findIn(tx, id);
    if (!row) throw problem('not_found');
    return toAdminProduct(row);
  }

  private async freeSlug(tx: Transaction, title: string, id: string): Promise<string> {
    const slug = slugify(title) || 'product';
    if (!(await this.products.slugExists(tx, slug))) return slug;
    return `${slug.slice(0, MAX_SLUG_LENGTH - 7)}-${id.slice(-6)}`;
  }
}

/** @throws Problem `invalid_request` (400) when a change of the times does not fit the product */
function refuseUnfitTimes(product: ProductEntity, changes: UpdateProduct): void {
  const { publishAt = product.publishAt, unpublishAt = product.unpublishAt } = momentsOf(changes);
  if (publishAt?.getTime() === product.publishAt?.getTime() && product.state !== 'draft') return;
  const fault = saleTimesFault({ state: product.state, publishAt, unpublishAt });
  if (fault) throw invalidRequest({ pointer: `/${fault.field}`, detail: fault.message });
}

/** The times of a product that goes on sale now: those that would take it off again, or that are still to come, go. */
function timesOnSale(
  { publishAt, unpublishAt }: ProductEntity,
  now: Date,
): Partial<Pick<ProductEntity, 'publishAt' | 'unpublishAt'>> {
  return {
    publishAt: publishAt !== null && publishAt > now ? null : publishAt,
    unpublishAt: unpublishAt !== null && unpublishAt <= now ? null : unpublishAt,
  };
}

/** @throws Problem `invalid_request` (400) when price and price before differ in currency */
function toColumns(variant: VariantEntity, changes: UpdateVariant): Partial<VariantEntity> {
  const { price, compareAtPrice, ...rest } = changes;
  const currency = price?.currency ?? variant.currency;
  const before = compareAtPrice === undefined ? variant.compareAtAmount : (compareAtPrice?.amount ?? null);
  const beforeCurrency = compareAtPrice ? compareAtPrice.currency : variant.currency;
  if (before !== null && beforeCurrency !== currency) {
    throw invalidRequest({ pointer: '/compareAtPrice/currency', detail: 'must be that of the price' });
  }
  return { ...rest, currency, priceAmount: price?.amount ?? variant.priceAmount, compareAtAmount: before };
}
