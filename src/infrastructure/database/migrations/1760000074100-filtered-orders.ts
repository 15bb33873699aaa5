import type { MigrationInterface, QueryRunner } from 'typeorm';

const ORDERS = ['rank', 'created_at', 'price', 'title', 'sales'] as const;

/** Has the indexes of the orders hold what products are filtered by. */
export class FilteredOrders1760000074100 implements MigrationInterface {
  readonly name = 'FilteredOrders1760000074100';
  /** An index is built without locking the table, which PostgreSQL does outside of a transaction alone. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET statement_timeout = 0`);
    await runner.query(`SET lock_timeout = 0`);
    for (const order of ORDERS) await replace(runner, order, 'INCLUDE (filter_bits)');
  }

  async down(runner: QueryRunner): Promise<void> {
    // TypeORM takes each migration back in a transaction.
    const { isTransactionActive } = runner;
    if (isTransactionActive) await runner.query(`COMMIT`);
    await runner.query(`SET statement_timeout = 0`);
    await runner.query(`SET lock_timeout = 0`);
    for (const order of ORDERS) await replace(runner, order, '');
    if (isTransactionActive) await runner.query(`BEGIN`);
  }
}

/** Readers have one of the two indexes at any time. */
async function replace(runner: QueryRunner, order: string, included: string): Promise<void> {
  const name = `product_search_${order}_idx`;
  await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}_new`);
  await runner.query(`
    CREATE INDEX CONCURRENTLY ${name}_new ON product_search (${order}, product_id) ${included} WHERE visible_from < 'infinity'
  `);
  await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
  await runner.query(`ALTER INDEX ${name}_new RENAME TO ${name}`);
}
