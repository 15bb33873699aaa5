import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { decodeCursor, listFingerprint } from '../../../common/pagination/cursor.js';
import { toPage, type Page } from '../../../common/pagination/page.schema.js';
import { problem } from '../../../common/problems/problem.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { ProductTypeEntity } from './product-type.entity.js';
import type { ListProductTypes } from './product-type.schema.js';

/** Columns of a product type that staff change. */
export type ProductTypeChanges = Partial<Pick<ProductTypeEntity, 'code' | 'name' | 'attributes'>>;

/** A value that a product has. */
export interface AttributeUse {
  readonly attribute: string;
  readonly value: string;
}

/** The SQL of the type of the product `p`; null for none. */
export const PRODUCT_TYPE = `(SELECT json_build_object('id', t.id, 'code', t.code, 'name', t.name)
    FROM product_types t WHERE t.id = p.product_type_id)`;

/** The SQL of the attributes of the product `p` in the order of its type; null for a product of none, of which no type is looked for. */
export const ATTRIBUTES = `CASE WHEN p.product_type_id IS NOT NULL THEN (
    SELECT coalesce(json_agg(attribute), '[]') FROM (
      SELECT a.definition->>'code' AS code, a.definition->>'name' AS name, a.definition->>'type' AS type,
        p.attributes->(a.definition->>'code') AS value, a.definition->>'unit' AS unit
      FROM product_types t, jsonb_array_elements(t.attributes) WITH ORDINALITY AS a (definition, place)
      WHERE t.id = p.product_type_id AND p.attributes ? (a.definition->>'code') ORDER BY a.place
    ) attribute) END`;

/** Product types, and whether products have them. */
@Injectable()
export class ProductTypesRepository {
  constructor(@InjectRepository(ProductTypeEntity) private readonly types: Repository<ProductTypeEntity>) {}

  /** A product type, or `null`. */
  find(id: string): Promise<ProductTypeEntity | null> {
    return this.types.findOneBy({ id });
  }

  /** A page of product types by name. */
  async list<T>({ limit, cursor }: ListProductTypes, map: (row: ProductTypeEntity) => T): Promise<Page<T>> {
    const fingerprint = listFingerprint({});
    const query = this.types.createQueryBuilder('t').orderBy({ 't.name': 'ASC', 't.id': 'ASC' }).limit(limit + 1);
    if (cursor !== undefined) {
      query.where('(t.name, t.id) > (:value::text, :id::uuid)', decodeCursor(fingerprint, cursor, 'text'));
    }
    return toPage(await query.getMany(), limit, fingerprint, ({ name, id }) => ({ value: name, id }), map);
  }

  /**
   * Locks a product type for a change of it; waits for those who write products of it.
   *
   * @param version the version that the client read; `null` for any
   * @throws Problem `not_found` (404), `precondition_failed` (412) when it has changed since
   */
  async lock(tx: Transaction, id: string, version: number | null): Promise<Readonly<ProductTypeEntity>> {
    const type = await tx.repository(ProductTypeEntity).findOne({ where: { id }, lock: { mode: 'for_no_key_update' } });
    if (!type) throw problem('not_found');
    if (version !== null && type.version !== version) throw problem('precondition_failed');
    return type;
  }

  /** Whether a product is of a locked type; reads `products`. */
  async isUsed(tx: Transaction, id: string): Promise<boolean> {
    const [row] = await tx.query<{ used: boolean }>(
      'SELECT EXISTS (SELECT 1 FROM products WHERE product_type_id = $1) AS used',
      [id],
    );
    return row?.used === true;
  }

  /**
   * A value that a product of a locked type has and may not have any more, or `null`; reads `products`.
   *
   * @param gone by the code of the attribute: `null` for any value, or the choices
   */
  async findUse(
    tx: Transaction,
    id: string,
    gone: Readonly<Record<string, Readonly<Record<string, true>> | null>>,
  ): Promise<AttributeUse | null> {
    const [use] = await tx.query<AttributeUse & { [column: string]: unknown }>(
      `SELECT gone.code AS attribute, p.attributes->>gone.code AS value
       FROM products p JOIN jsonb_each($2::jsonb) AS gone (code, choices)
         ON p.attributes ? gone.code AND (gone.choices = 'null' OR gone.choices ? (p.attributes->>gone.code))
       WHERE p.product_type_id = $1 LIMIT 1`,
      [id, JSON.stringify(gone)],
    );
    return use ?? null;
  }

  /** Adds a product type; its unique code answers `product_type_code_taken`. */
  async insert(tx: Transaction, type: ProductTypeEntity): Promise<void> {
    await tx.repository(ProductTypeEntity).insert(type);
  }

  /** Changes a locked product type and counts its version up. */
  async update(tx: Transaction, id: string, changes: ProductTypeChanges, now: Date): Promise<void> {
    await tx.repository(ProductTypeEntity).update({ id }, { ...changes, updatedAt: now, version: () => 'version + 1' });
  }

  /** Deletes a locked product type that no product has. */
  async delete(tx: Transaction, id: string): Promise<void> {
    await tx.repository(ProductTypeEntity).delete({ id });
  }
}
