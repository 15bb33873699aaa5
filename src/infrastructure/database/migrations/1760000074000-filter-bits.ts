import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a product is filtered by, as some bits of a number, which an index of an order can hold: a walk along
 * it reads the rows alone that may have what is asked for. All bits, as rows have at first, may be anything.
 */
export class FilterBits1760000074000 implements MigrationInterface {
  readonly name = 'FilterBits1760000074000';

  async up(runner: QueryRunner): Promise<void> {
    // What most products have, or a part of its values, tells little and would fill the bits.
    await runner.query(`
      CREATE FUNCTION search_filter_bits(tokens text[]) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $body$
        SELECT coalesce(bit_or((1::bigint << (hash & 63)::int) | (1::bigint << ((hash >> 6) & 63)::int)), 0)
        FROM (SELECT hashtextextended(token, 0) AS hash FROM unnest(tokens) AS token
              WHERE NOT starts_with(token, 'stock=') AND NOT starts_with(token, 'rating=')) AS telling
      $body$;
      ALTER TABLE product_search ADD COLUMN filter_bits bigint NOT NULL DEFAULT -1;
    `);
    for (const [name, edits] of EDITS) await edit(runner, name, edits);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE product_search DROP COLUMN filter_bits`);
    for (const [name, edits] of EDITS) await edit(runner, name, edits.map(([before, after]) => [after, before]));
    await runner.query(`DROP FUNCTION search_filter_bits`);
  }
}

type Edit = readonly [before: string, after: string];

/** Where the functions that write the rows of the search tell their columns. */
const EDITS: readonly (readonly [name: string, edits: readonly Edit[]])[] = [
  ['search_rows', [
    ['|| array_to_tsvector(f.facets)\n', '|| array_to_tsvector(f.facets), search_filter_bits(f.facets)\n'],
  ]],
  ['index_products', [
    ['changed_at = EXCLUDED.changed_at, skus', 'changed_at = EXCLUDED.changed_at, filter_bits = EXCLUDED.filter_bits, skus'],
    ['s.facets, s.title_words, s.words)\n', 's.facets, s.title_words, s.words, s.filter_bits)\n'],
    ['EXCLUDED.facets, EXCLUDED.title_words, EXCLUDED.words) RETURNING', 'EXCLUDED.facets, EXCLUDED.title_words, EXCLUDED.words, EXCLUDED.filter_bits) RETURNING'],
  ]],
];

/** @throws Error when the function does not read as it should */
async function edit(runner: QueryRunner, name: string, edits: readonly Edit[]): Promise<void> {
  const [row] = (await runner.query(`SELECT pg_get_functiondef($1::regproc) AS definition`, [name])) as { definition: string }[];
  const definition = edits.reduce((text, [before, after]) => {
    if (text.split(before).length !== 2) throw new Error(`${name} does not have "${before.trim()}" once.`);
    return text.replace(before, () => after);
  }, row?.definition ?? '');
  await runner.query(definition);
}
