import { Injectable } from '@nestjs/common';
import { invalidRequest, problem, type Problem } from '../../../common/problems/problem.js';
import { Database } from '../../../infrastructure/database/database.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { actorLabel, type Actor } from '../../../infrastructure/http/actor.js';
import { toProblem } from '../../../infrastructure/http/problem.filter.js';
import { ProductEditingService } from '../product-editing.service.js';
import { ProductsRepository } from '../products.repository.js';
import { BulkItemSchema, type BulkAnswer, type BulkItem, type BulkProducts, type BulkResult } from './bulk.schema.js';

type ReadItem = BulkItem | Problem;

/** Many changes of products in one transaction. */
@Injectable()
export class BulkProductsService {
  constructor(
    private readonly editing: ProductEditingService,
    private readonly products: ProductsRepository,
    private readonly database: Database,
  ) {}

  /**
   * Does each item, or all or none of them, as the policy says.
   *
   * @throws Problem `bulk_refused` (409) when an item of an atomic call fails
   */
  run(actor: Actor, { policy, items }: BulkProducts): Promise<BulkAnswer> {
    const read = items.map(readItem);
    return this.database.transaction(async (tx) => {
      await this.lockAll(tx, read);
      const results: BulkResult[] = [];
      for (const [index, item] of read.entries()) results.push(await this.runItem(tx, index, item, actorLabel(actor)));
      if (policy === 'atomic' && results.some(({ status }) => status >= 400)) throw problem('bulk_refused', { results });
      return { results };
    });
  }

  private async lockAll(tx: Transaction, items: readonly ReadItem[]): Promise<void> {
    const ids = items.flatMap((item) => ('id' in item ? [item.id] : []));
    if (ids.length > 0) await this.products.lockAll(tx, ids);
  }

  /** @throws whatever is no fault of the item: then the whole call has failed */
  private async runItem(tx: Transaction, index: number, item: ReadItem, actor: string): Promise<BulkResult> {
    if (item instanceof Error) return refused(index, item);
    try {
      const productId = await tx.savepoint((part) => this.apply(part, item, actor));
      return { index, status: item.action === 'create' ? 201 : 200, productId };
    } catch (error) {
      const found = toProblem(error);
      if (found.status >= 500) throw error;
      return { ...refused(index, found), ...('id' in item ? { productId: item.id } : {}) };
    }
  }

  private async apply(tx: Transaction, item: BulkItem, actor: string): Promise<string> {
    if (item.action === 'create') return this.editing.insert(tx, item.product, actor);
    if (item.action === 'archive') await this.editing.moveIn(tx, item.id, 'archive');
    else await this.editing.updateIn(tx, item.id, item.version ?? null, item.changes);
    return item.id;
  }
}

function readItem(item: BulkProducts['items'][number]): ReadItem {
  const parsed = BulkItemSchema.safeParse(item);
  if (parsed.success) return parsed.data;
  return invalidRequest(
    ...parsed.error.issues.slice(0, 20).map(({ path, message }) => ({
      pointer: `/${path.map((part) => String(part).replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`,
      detail: message,
    })),
  );
}

function refused(index: number, { status, code, faults }: Problem): BulkResult {
  return { index, status, code, ...(faults.length > 0 ? { errors: [...faults] } : {}) };
}
