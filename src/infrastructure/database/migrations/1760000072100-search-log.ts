import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What buyers search for, counted by day. The key begins with the day: a report reads its days and no other. */
export class SearchLog1760000072100 implements MigrationInterface {
  readonly name = 'SearchLog1760000072100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE search_log (
        day date NOT NULL,
        query text NOT NULL CONSTRAINT search_log_query CHECK (char_length(query) BETWEEN 1 AND 100),
        searches integer NOT NULL CONSTRAINT search_log_searches CHECK (searches > 0),
        without_hits integer NOT NULL,
        PRIMARY KEY (day, query),
        CONSTRAINT search_log_without_hits CHECK (without_hits BETWEEN 0 AND searches)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE search_log`);
  }
}
