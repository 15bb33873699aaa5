import { Injectable } from '@nestjs/common';
import { decodeCursor, listFingerprint } from '../../../common/pagination/cursor.js';
import { toPage } from '../../../common/pagination/page.schema.js';
import { invalidRequest, problem } from '../../../common/problems/problem.js';
import { Clock } from '../../../infrastructure/clock/clock.js';
import { Database } from '../../../infrastructure/database/database.js';
import type { AnswerView } from '../../../infrastructure/http/answer-view.js';
import { JsonPage } from '../../../infrastructure/http/json-text.js';
import { domainEvent } from '../../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../../infrastructure/outbox/outbox.js';
import { PRODUCT_UPDATED } from '../product.events.js';
import { ProductReadsRepository } from '../product-reads.repository.js';
import { ProductsRepository } from '../products.repository.js';
import { ShopListsService } from '../shop-lists.service.js';
import { MAX_RELATED, type ListRelated, type RelatedProducts, type SetRelated } from './related-product.schema.js';
import { RelatedProductsRepository, type Relation } from './related-products.repository.js';

/** The products that staff want to be shown beside a product. */
@Injectable()
export class RelatedProductsService {
  constructor(
    private readonly related: RelatedProductsRepository,
    private readonly products: ProductsRepository,
    private readonly reads: ProductReadsRepository,
    private readonly lists: ShopListsService,
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * A page of the products on sale beside a product on sale, in their order.
   *
   * @throws Problem `not_found` (404)
   */
  async list(idOrSlug: string, { limit, cursor, type }: ListRelated, view: AnswerView): Promise<JsonPage> {
    const now = this.clock.now();
    const productId = await this.related.findProductId(idOrSlug, now);
    if (productId === null) throw problem('not_found');
    const fingerprint = listFingerprint({ productId, type });
    const after = cursor === undefined ? -1 : Number(decodeCursor(fingerprint, cursor, 'bigint').value);
    const rows = await this.related.listOnSale(productId, type, { after: Math.min(after, MAX_RELATED), limit, now });
    const page = toPage(rows, limit, fingerprint, ({ position, id }) => ({ value: String(position), id }), ({ id }) => id);
    return new JsonPage({ ...page, data: await this.lists.chosen(`${fingerprint} ${String(after)} ${String(limit)}`, page.data, now, view) });
  }

  /**
   * All products beside a product, by type, also those that are off sale.
   *
   * @throws Problem `not_found` (404)
   */
  async get(productId: string): Promise<RelatedProducts> {
    const product = await this.reads.find(productId);
    if (!product) throw problem('not_found');
    return toRelated(productId, product.version, await this.related.list(productId));
  }

  /**
   * Gives a product all products of a type that are shown beside it; a change of the product.
   *
   * @param version the product's version that the client read
   * @throws Problem `not_found` (404), `precondition_failed` (412), `invalid_request` (400) naming what is no other product
   */
  set(productId: string, version: number | null, { type, productIds }: SetRelated): Promise<RelatedProducts> {
    const itself = productIds.indexOf(productId);
    if (itself >= 0) throw invalidRequest({ pointer: `/productIds/${String(itself)}`, detail: 'is the product itself' });
    return this.database.transaction(async (tx) => {
      const product = await this.products.lock(tx, productId, version);
      await this.products.holdAll(tx, productIds);
      await this.related.set(tx, productId, type, productIds);
      await this.products.updateProduct(tx, productId, {}, this.clock.now());
      this.outbox.append(tx, domainEvent(PRODUCT_UPDATED, productId, { productId }));
      return toRelated(productId, product.version + 1, await this.related.listIn(tx, productId));
    });
  }
}

function toRelated(productId: string, version: number, relations: readonly Relation[]): RelatedProducts {
  const of = (type: Relation['type']): string[] =>
    relations.filter((relation) => relation.type === type).map(({ relatedId }) => relatedId);
  return {
    productId,
    version,
    similar: of('similar'),
    accessory: of('accessory'),
    upsell: of('upsell'),
    cross_sell: of('cross_sell'),
  };
}
