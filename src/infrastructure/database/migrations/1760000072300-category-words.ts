import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds categories by the beginning of any word of their name, while a buyer types. */
export class CategoryWords1760000072300 implements MigrationInterface {
  readonly name = 'CategoryWords1760000072300';
  /** An index is built without locking the table, which PostgreSQL does outside of a transaction alone. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET statement_timeout = 0`);
    await runner.query(`SET lock_timeout = 0`);
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS categories_words_idx`);
    await runner.query(`CREATE INDEX CONCURRENTLY categories_words_idx ON categories USING gin (search_surfaces(search_fold(name)))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX categories_words_idx`);
  }
}
