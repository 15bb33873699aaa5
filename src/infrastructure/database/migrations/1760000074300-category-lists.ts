import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lists the products that name a category in their order for staff as well: the index had only the active ones. */
export class CategoryLists1760000074300 implements MigrationInterface {
  readonly name = 'CategoryLists1760000074300';
  /** An index is built without locking the table, which PostgreSQL does outside of a transaction alone. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await replace(runner, `category IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    // TypeORM takes each migration back in a transaction.
    const { isTransactionActive } = runner;
    if (isTransactionActive) await runner.query(`COMMIT`);
    await replace(runner, `state = 'active'`);
    if (isTransactionActive) await runner.query(`BEGIN`);
  }
}

/** Readers have one of the two indexes at any time. */
async function replace(runner: QueryRunner, condition: string): Promise<void> {
  const name = 'products_category_created_at_idx';
  await runner.query(`SET statement_timeout = 0`);
  await runner.query(`SET lock_timeout = 0`);
  await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}_new`);
  await runner.query(`CREATE INDEX CONCURRENTLY ${name}_new ON products (category, created_at, id) WHERE ${condition}`);
  await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
  await runner.query(`ALTER INDEX ${name}_new RENAME TO ${name}`);
}
