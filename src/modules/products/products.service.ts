import { Injectable } from '@nestjs/common';
import type { Page } from '../../common/pagination/page.schema.js';
import { problem } from '../../common/problems/problem.js';
import { Clock } from '../../infrastructure/clock/clock.js';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import type { AnswerView } from '../../infrastructure/http/answer-view.js';
import { JsonText } from '../../infrastructure/http/json-text.js';
import { Moved } from '../../infrastructure/http/moved.js';
import { ProductCache } from './cache/product-cache.js';
import { ProductReadsRepository, type SaleVariant } from './product-reads.repository.js';
import { toAdminProduct } from './product.mapper.js';
import type {
  AdminListProducts,
  AdminProduct,
  ProductReference,
} from './product.schema.js';
import { ProductSlugsRepository } from './slugs/product-slugs.repository.js';

/** Reads of the catalogue. */
@Injectable()
export class ProductsService {
  constructor(
    private readonly reads: ProductReadsRepository,
    private readonly slugs: ProductSlugsRepository,
    private readonly clock: Clock,
    private readonly cache: ProductCache,
  ) {}

  /**
   * A product on sale, by id or slug, as the JSON of a `Product`.
   *
   * @throws Problem `not_found` (404); Moved (301) when the product had the slug before
   */
  get(idOrSlug: string, view: AnswerView): JsonText | Promise<JsonText> {
    const key = `${view.language} ${view.currency ?? ''} ${idOrSlug}`;
    return this.cache.kept(key)?.json ?? this.read(idOrSlug, view, key);
  }

  /** A page of all products, for staff. */
  adminList(query: AdminListProducts): Promise<Page<AdminProduct>> {
    return this.reads.list({ ...query, state: query.state }, toAdminProduct);
  }

  /**
   * Any product, for staff.
   *
   * @throws Problem `not_found` (404)
   */
  async adminGet(id: string): Promise<AdminProduct> {
    const row = await this.reads.find(id);
    if (!row) throw problem('not_found');
    return toAdminProduct(row);
  }

  /** What lines show of the given products, by id; one statement, none without lines. */
  async getReferences(
    ids: readonly string[],
    view: Pick<AnswerView, 'languages'> = { languages: [] },
  ): Promise<Map<string, ProductReference>> {
    if (ids.length === 0) return new Map();
    const references = await this.reads.listReferences([...new Set(ids)], view);
    return new Map(references.map((reference) => [reference.id, reference]));
  }

  /**
   * The given variants with their present prices, called as in the first of some languages. The
   * prices are in the currency, or in the one that each variant is priced in itself when it is `null`.
   *
   * @throws Problem `variant_unavailable` (409; `variantIds` names those that are not on sale, or not in the currency)
   */
  async getForSale(
    tx: Transaction,
    variantIds: readonly string[],
    { currency = null, languages = [] }: Partial<Pick<AnswerView, 'currency' | 'languages'>> = {},
  ): Promise<Map<string, SaleVariant>> {
    const variants = await this.reads.findForSale(tx, variantIds, this.clock.now(), { currency, languages });
    const found = new Map(variants.map((variant) => [variant.id, variant]));
    const missing = [...new Set(variantIds)].filter((id) => !found.has(id));
    if (missing.length > 0) throw problem('variant_unavailable', { variantIds: missing });
    return found;
  }

  private async read(idOrSlug: string, view: AnswerView, key: string): Promise<JsonText> {
    const now = this.clock.now();
    const answer = await this.cache.get(key, async () => {
      const row = await this.reads.findOnSale(idOrSlug, now, view);
      // What is taken off sale at a moment is read each time, so that it is gone at that moment.
      return row && { productId: row.id, json: new JsonText(row.json), mayKeep: row.unpublishAt === null };
    });
    if (answer) return answer.json;
    const slug = await this.slugs.findPresent(idOrSlug, now);
    throw slug === null ? problem('not_found') : new Moved(`/v1/products/${slug}`);
  }
}
