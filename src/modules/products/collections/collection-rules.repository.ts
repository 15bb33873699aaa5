import { Injectable } from '@nestjs/common';
import { Clock } from '../../../infrastructure/clock/clock.js';
import type { ProductSelection } from '../product-reads.repository.js';
import type { CollectionCondition, CollectionEntity, CollectionRules } from './collection.entity.js';

const DAY_MS = 86_400_000;

/** Turns rules into SQL; every value of theirs is bound. */
@Injectable()
export class CollectionRulesRepository {
  constructor(private readonly clock: Clock) {}

  /** Chooses the products that a collection's rules choose; reads `variants`, `stock_levels` and the category tree. */
  productsOf({ id, version }: CollectionEntity, { match, conditions }: CollectionRules): ProductSelection {
    const now = this.clock.now();
    return {
      // Other rules are another list: a cursor of before does not fit.
      name: `collection:${id}:${String(version)}`,
      condition: (bind) =>
        `(${conditions.map((condition) => conditionSql(condition, bind, now)).join(match === 'all' ? ' AND ' : ' OR ')})`,
    };
  }
}

function conditionSql(condition: CollectionCondition, bind: (value: unknown) => string, now: Date): string {
  switch (condition.field) {
    case 'title':
      return `p.title ILIKE ${bind(`%${condition.contains.replace(/[\\%_]/g, '\\$&')}%`)}`;
    case 'vendor':
      return `p.vendor = ${bind(condition.is)}`;
    case 'category':
      return `p.category = ${bind(condition.is)}`;
    case 'categoryId':
      return `p.id IN (SELECT pc.product_id FROM product_categories pc JOIN categories c ON c.id = pc.category_id
        WHERE c.path @> ARRAY[${bind(condition.is)}::uuid])`;
    case 'tag':
      return `p.tags @> ARRAY[${bind(condition.is)}::text]`;
    case 'price':
      return `EXISTS (SELECT 1 FROM variants v WHERE v.product_id = p.id AND v.currency = ${bind(condition.currency)}
        AND v.price_amount BETWEEN ${bind(condition.min)}::bigint AND ${bind(condition.max)}::bigint)`;
    case 'inStock':
      return `${condition.is ? '' : 'NOT '}EXISTS (SELECT 1 FROM variants v JOIN stock_levels s ON s.variant_id = v.id
        WHERE v.product_id = p.id AND s.on_hand > s.reserved)`;
    case 'createdAt':
      return `p.created_at >= ${bind(new Date(now.getTime() - condition.withinDays * DAY_MS))}::timestamptz`;
  }
}
