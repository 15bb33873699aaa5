import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Words that the search takes for each other. Who keeps them in memory hears of a change
 * on the channel `orderly_synonyms`, once for each statement.
 */
export class SearchSynonyms1760000072000 implements MigrationInterface {
  readonly name = 'SearchSynonyms1760000072000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE search_synonyms (
        id uuid PRIMARY KEY,
        kind text NOT NULL CONSTRAINT search_synonyms_kind CHECK (kind IN ('two_way', 'one_way')),
        terms text[] NOT NULL CONSTRAINT search_synonyms_terms CHECK (cardinality(terms) BETWEEN 1 AND 20),
        replacements text[] NOT NULL,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT search_synonyms_replacements CHECK (
          CASE kind WHEN 'one_way' THEN cardinality(replacements) BETWEEN 1 AND 20 ELSE cardinality(replacements) = 0 END)
      );
      CREATE FUNCTION tell_of_synonyms() RETURNS trigger LANGUAGE plpgsql AS $body$
      BEGIN
        PERFORM pg_notify('orderly_synonyms', '');
        RETURN NULL;
      END
      $body$;
      CREATE TRIGGER search_synonyms_told AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON search_synonyms
        FOR EACH STATEMENT EXECUTE FUNCTION tell_of_synonyms();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE search_synonyms;
      DROP FUNCTION tell_of_synonyms;
    `);
  }
}
