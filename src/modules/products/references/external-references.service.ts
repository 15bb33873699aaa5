import { Injectable } from '@nestjs/common';
import { invalidRequest, problem } from '../../../common/problems/problem.js';
import { Database } from '../../../infrastructure/database/database.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { actorLabel, type Actor } from '../../../infrastructure/http/actor.js';
import type { Upserted } from '../../../infrastructure/http/upserted.js';
import { momentOf } from '../lifecycle/sale.schema.js';
import { ProductUpsertService } from '../imports/product-upsert.service.js';
import { ProductEditingService } from '../product-editing.service.js';
import type { ProductEntity } from '../product.entity.js';
import type { AdminProduct, CreateProduct } from '../product.schema.js';
import { ProductsRepository, type ProductChanges } from '../products.repository.js';

/** Keeps products in step with another system, which knows them by names of its own. */
@Injectable()
export class ExternalReferencesService {
  constructor(
    private readonly products: ProductsRepository,
    private readonly editing: ProductEditingService,
    private readonly upserts: ProductUpsertService,
    private readonly database: Database,
  ) {}

  /**
   * Makes the product with a reference, or brings it up to date: its variants by SKU. A
   * repeat changes nothing and tells nothing.
   *
   * @param version the version that the client read; `null` for any, or none
   * @throws Problem `precondition_failed` (412), `slug_taken`, `sku_taken` (409), `unknown_locale`,
   * `unknown_currency` (404), `invalid_request` (400) when the body names another reference, or its texts unknown options
   */
  put(
    actor: Actor,
    reference: string,
    version: number | null,
    input: CreateProduct,
  ): Promise<Upserted<AdminProduct>> {
    if (input.externalReference !== null && input.externalReference !== reference) {
      throw invalidRequest({ pointer: '/externalReference', detail: 'must be that of the path' });
    }
    return this.database.transaction(async (tx) => {
      const existing = await this.products.lockByExternalReference(tx, reference);
      if (version !== null && existing?.version !== version) throw problem('precondition_failed');
      const wanted = { ...input, externalReference: reference };
      const id = existing
        ? await this.update(tx, existing, wanted, actorLabel(actor))
        : await this.editing.insert(tx, wanted, actorLabel(actor), input.state);
      return { created: existing === null, resource: await this.editing.answer(tx, id) };
    });
  }

  private async update(tx: Transaction, existing: ProductEntity, input: CreateProduct, actor: string): Promise<string> {
    const { slug, seo, metadata } = input;
    const more: ProductChanges = {
      unpublishAt: momentOf(input.unpublishAt),
      seo,
      metadata,
      ...(slug === undefined ? {} : { slug }),
      ...(existing.state === 'draft' ? { publishAt: momentOf(input.publishAt) } : {}),
    };
    await this.upserts.bringUpToDate(tx, existing, input, actor, more);
    await this.editing.rename(tx, existing, slug);
    return existing.id;
  }
}
