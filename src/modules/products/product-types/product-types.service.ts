import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Page } from '../../../common/pagination/page.schema.js';
import { problem } from '../../../common/problems/problem.js';
import { Clock } from '../../../infrastructure/clock/clock.js';
import { Database } from '../../../infrastructure/database/database.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { domainEvent } from '../../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../../infrastructure/outbox/outbox.js';
import { takenAway } from './attribute-values.js';
import type { ProductTypeEntity } from './product-type.entity.js';
import { PRODUCT_TYPE_CREATED, PRODUCT_TYPE_DELETED, PRODUCT_TYPE_UPDATED } from './product-type.events.js';
import { toProductType } from './product-type.mapper.js';
import type { CreateProductType, ListProductTypes, ProductType, UpdateProductType } from './product-type.schema.js';
import { ProductTypesRepository } from './product-types.repository.js';

/** Product types, which say what attributes products have. */
@Injectable()
export class ProductTypesService {
  constructor(
    private readonly types: ProductTypesRepository,
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** A page of product types by name. */
  list(query: ListProductTypes): Promise<Page<ProductType>> {
    return this.types.list(query, toProductType);
  }

  /**
   * A product type.
   *
   * @throws Problem `not_found` (404)
   */
  async get(id: string): Promise<ProductType> {
    const type = await this.types.find(id);
    if (!type) throw problem('not_found');
    return toProductType(type);
  }

  /**
   * Makes a product type.
   *
   * @throws Problem `product_type_code_taken` (409)
   */
  create(input: CreateProductType): Promise<ProductType> {
    return this.database.transaction(async (tx) => {
      const [id, now] = [uuidv7(), this.clock.now()];
      const type = { ...input, id, version: 1, createdAt: now, updatedAt: now };
      await this.types.insert(tx, type);
      this.outbox.append(tx, domainEvent(PRODUCT_TYPE_CREATED, id, { productTypeId: id }));
      return toProductType(type);
    });
  }

  /**
   * Changes a product type.
   *
   * @param version the version that the client read
   * @throws Problem `not_found` (404), `precondition_failed` (412), `product_type_code_taken`, `attribute_in_use` (409)
   */
  update(id: string, version: number | null, changes: UpdateProductType): Promise<ProductType> {
    return this.database.transaction(async (tx) => {
      const type = await this.types.lock(tx, id, version);
      if (changes.attributes) await this.refuseUsed(tx, type, changes.attributes);
      const now = this.clock.now();
      await this.types.update(tx, id, changes, now);
      this.outbox.append(tx, domainEvent(PRODUCT_TYPE_UPDATED, id, { productTypeId: id }));
      return toProductType({ ...type, ...changes, version: type.version + 1, updatedAt: now });
    });
  }

  /**
   * Deletes a product type that no product has.
   *
   * @param version the version that the client read
   * @throws Problem `not_found` (404), `precondition_failed` (412), `product_type_in_use` (409)
   */
  delete(id: string, version: number | null): Promise<void> {
    return this.database.transaction(async (tx) => {
      await this.types.lock(tx, id, version);
      if (await this.types.isUsed(tx, id)) throw problem('product_type_in_use');
      await this.types.delete(tx, id);
      this.outbox.append(tx, domainEvent(PRODUCT_TYPE_DELETED, id, { productTypeId: id }));
    });
  }

  /** @throws Problem `attribute_in_use` (409) when a product has what would be taken away */
  private async refuseUsed(
    tx: Transaction,
    { id, attributes }: Readonly<ProductTypeEntity>,
    wanted: ProductTypeEntity['attributes'],
  ): Promise<void> {
    const gone = takenAway(attributes, wanted);
    if (Object.keys(gone).length === 0) return;
    const use = await this.types.findUse(tx, id, gone);
    if (use) throw problem('attribute_in_use', use);
  }
}
