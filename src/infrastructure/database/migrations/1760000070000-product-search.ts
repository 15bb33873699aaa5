import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * One row a product for the shop's lists and its search, written by PostgreSQL itself as
 * the last step of each transaction that changes a product, so that it never differs.
 *
 * `words` holds the stems of all texts, the words of the title, vendor, category, tags and
 * options as they are (`=shirt`) and what the product is filtered by (`vendor=Acme`);
 * `title_words` the stems and words of the title alone. What no product's change tells
 * (stock, sales, ratings, moved categories) is noted in `product_search_stale` for a worker.
 */
export class ProductSearch1760000070000 implements MigrationInterface {
  readonly name = 'ProductSearch1760000070000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(FOLD);
    await runner.query(LANGUAGES);
    await runner.query(INDEX);
    await runner.query(TRIGGERS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER products_searched ON products;
      DROP TRIGGER variants_added_searched ON variants;
      DROP TRIGGER variants_changed_searched ON variants;
      DROP TRIGGER variants_removed_searched ON variants;
      DROP TRIGGER product_categories_added_searched ON product_categories;
      DROP TRIGGER product_categories_removed_searched ON product_categories;
      DROP TRIGGER stock_levels_opened_searched ON stock_levels;
      DROP TRIGGER stock_levels_searched ON stock_levels;
      DROP TRIGGER product_ratings_searched ON product_ratings;
      DROP TRIGGER categories_searched ON categories;
      DROP TRIGGER product_types_searched ON product_types;
      DROP FUNCTION search_rows;
      DROP TABLE product_search, product_search_changes, product_search_stale, product_sales,
        search_terms, search_deletions, search_settings;
      DROP FUNCTION note_products_changed, note_product_variants_changed, note_stock_opened, note_stock_changed,
        note_rating_changed, note_category_changed, note_product_type_changed, index_changed_products, index_products, search_surfaces, search_fold,
        search_deletions_of, search_language;
      DROP AGGREGATE join_words(tsvector);
      ALTER TABLE products DROP COLUMN search_boost;
    `);
  }
}

const TABLES = `
  ALTER TABLE products ADD COLUMN search_boost smallint NOT NULL DEFAULT 0
    CONSTRAINT products_search_boost_bounded CHECK (search_boost BETWEEN -100 AND 100);
  CREATE TABLE product_search (
    product_id uuid PRIMARY KEY REFERENCES products (id) ON DELETE CASCADE,
    rank bigint NOT NULL,
    created_at timestamptz NOT NULL,
    title text NOT NULL,
    price bigint NOT NULL,
    sales integer NOT NULL,
    visible_from timestamptz NOT NULL,
    visible_until timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    skus text[] NOT NULL,
    facets text[] NOT NULL,
    title_words tsvector NOT NULL,
    words tsvector NOT NULL
  ) WITH (toast_tuple_target = 8000);
  ALTER TABLE product_search ALTER COLUMN words SET STORAGE MAIN, ALTER COLUMN title_words SET STORAGE MAIN,
    ALTER COLUMN facets SET STORAGE MAIN;
  CREATE INDEX product_search_words_idx ON product_search USING gin (title_words, words, skus)
    WITH (gin_pending_list_limit = 256);
  CREATE INDEX product_search_rank_idx ON product_search (rank, product_id) WHERE visible_from < 'infinity';
  CREATE INDEX product_search_created_at_idx ON product_search (created_at, product_id) WHERE visible_from < 'infinity';
  CREATE INDEX product_search_price_idx ON product_search (price, product_id) WHERE visible_from < 'infinity';
  CREATE INDEX product_search_title_idx ON product_search (title, product_id) WHERE visible_from < 'infinity';
  CREATE INDEX product_search_sales_idx ON product_search (sales, product_id) WHERE visible_from < 'infinity';
  CREATE INDEX product_search_changed_at_idx ON product_search (changed_at);
  CREATE UNLOGGED TABLE product_search_changes (
    product_id uuid NOT NULL,
    transaction xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (transaction, product_id)
  ) WITH (autovacuum_vacuum_threshold = 1000);
  CREATE TABLE product_search_stale (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id uuid NOT NULL
  );
  CREATE TABLE product_sales (
    product_id uuid PRIMARY KEY REFERENCES products (id) ON DELETE CASCADE,
    units bigint NOT NULL
  );
  CREATE TABLE search_terms (
    term text COLLATE "C" PRIMARY KEY,
    documents integer NOT NULL,
    title_documents integer NOT NULL
  );
  CREATE TABLE search_deletions (
    deletion text COLLATE "C" NOT NULL,
    term text COLLATE "C" NOT NULL,
    PRIMARY KEY (deletion, term)
  );
  CREATE TABLE search_settings (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    language regconfig NOT NULL,
    counted_at timestamptz NOT NULL DEFAULT '-infinity'
  );
  INSERT INTO search_settings (language) VALUES ('english');
`;

/** What lies between words, beside a space; `fold` of the search has the same list. */
const BETWEEN_WORDS = [
  '\\u0001-\\u001F!-/:-@[-`{-\\u00A9\\u00AB-\\u00B4\\u00B6-\\u00B9\\u00BB-\\u00BF\\u00D7\\u00F7\\u02C2-\\u02C5\\u02D2-\\u02DF\\u037E\\u0387',
  '\\u055A-\\u055F\\u0589\\u058A\\u05BE\\u05C0\\u05C3\\u05C6\\u05F3\\u05F4\\u0600-\\u060F\\u061B-\\u061F\\u066A-\\u066D\\u06D4\\u0964\\u0965',
  '\\u0970\\u0E3F\\u0E4F\\u0E5A\\u0E5B\\u1680\\u2000-\\u206F\\u20A0-\\u20FF\\u2190-\\u245F\\u2500-\\u2BFF\\u2E00-\\u2E7F\\u3000-\\u3004\\u3008-\\u3020',
  '\\u3030\\u303D-\\u303F\\u30FB\\uE000-\\uF8FF\\uFD3E\\uFD3F\\uFE00-\\uFE1F\\uFE30-\\uFE6F\\uFEFF-\\uFF0F\\uFF1A-\\uFF20\\uFF3B-\\uFF40',
  '\\uFF5B-\\uFF65\\uFFE0-\\uFFFF\\U0001F000-\\U0001FAFF\\U000E0000-\\U000E007F',
].join('');

/** What both sides of a search agree on: lower case, without accents, nothing but what words are made of. */
const FOLD = `
  CREATE FUNCTION search_fold(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $body$
    SELECT btrim(regexp_replace(translate(CASE WHEN octet_length(value) = length(value) THEN lower(value)
      ELSE replace(replace(replace(replace(translate(
        regexp_replace(normalize(lower(normalize(value, NFKD)), NFKD), '[\\u0300-\\u036F]+', '', 'g'),
        'øłđðıς', 'olddiσ'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th') END,
      '''’ʼ', ''), ' *[${BETWEEN_WORDS}][ ${BETWEEN_WORDS}]*|  +', ' ', 'g'))
  $body$;
  CREATE FUNCTION search_surfaces(folded text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $body$
    SELECT coalesce(array_to_tsvector(array_agg('=' || word)), '')
    FROM unnest(string_to_array(folded, ' ')) AS word WHERE word <> '' AND length(word) <= 60
  $body$;
  CREATE FUNCTION search_deletions_of(word text) RETURNS SETOF text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $body$
    SELECT word UNION SELECT left(word, i - 1) || substr(word, i + 1) FROM generate_series(1, length(word)) AS i
  $body$;
`;

/** The stemmer of a language, and how the words of several languages are put together. */
const LANGUAGES = `
  CREATE FUNCTION search_language(locale text) RETURNS regconfig LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $body$
    SELECT coalesce((SELECT c.name::regconfig FROM (VALUES
      ('ar', 'arabic'), ('hy', 'armenian'), ('eu', 'basque'), ('ca', 'catalan'), ('da', 'danish'), ('nl', 'dutch'), ('en', 'english'),
      ('fi', 'finnish'), ('fr', 'french'), ('de', 'german'), ('el', 'greek'), ('hi', 'hindi'), ('hu', 'hungarian'),
      ('id', 'indonesian'), ('ga', 'irish'), ('it', 'italian'), ('lt', 'lithuanian'), ('ne', 'nepali'), ('no', 'norwegian'),
      ('nb', 'norwegian'), ('nn', 'norwegian'), ('pt', 'portuguese'), ('ro', 'romanian'), ('ru', 'russian'), ('sr', 'serbian'),
      ('es', 'spanish'), ('sv', 'swedish'), ('ta', 'tamil'), ('tr', 'turkish'), ('yi', 'yiddish')) AS c (code, name)
      WHERE c.code = lower(split_part(locale, '-', 1))), 'simple'::regconfig)
  $body$;
  CREATE AGGREGATE join_words(tsvector) (SFUNC = tsvector_concat, STYPE = tsvector, INITCOND = '');
`;

const INDEX = `
  -- The rows that products should have. The order of all that is gathered is fixed, so that what is the same is equal.
  CREATE FUNCTION search_rows(ids uuid[]) RETURNS SETOF product_search LANGUAGE sql STABLE AS $body$
    SELECT p.id,
      p.search_boost * 1000000000000 + CASE WHEN v.in_stock THEN 1000000000 ELSE 0 END + least(coalesce(b.units, 0), 999999999),
      p.created_at, left(t.title, 300), v.price, least(coalesce(b.units, 0), 2000000000)::integer,
      CASE WHEN p.state = 'active' THEN '-infinity' WHEN p.state = 'draft' THEN coalesce(p.publish_at, 'infinity') ELSE 'infinity' END,
      coalesce(p.unpublish_at, 'infinity'), clock_timestamp(), v.skus, f.facets,
      to_tsvector(l.language, t.title) || search_surfaces(t.title) || coalesce(o.title_words, ''),
      to_tsvector(l.language, t.title || ' ' || t.more) || to_tsvector(l.language, t.description)
        || search_surfaces(t.title || ' ' || t.more) || coalesce(o.words, '') || array_to_tsvector(f.facets)
    FROM products p
    CROSS JOIN search_settings l
    JOIN LATERAL (
      SELECT min(v.price_amount) AS price, array_agg(DISTINCT search_fold(v.sku)) AS skus,
        coalesce(bool_or(k.on_hand > k.reserved), false) AS in_stock,
        string_agg((SELECT string_agg(o.value, ' ') FROM jsonb_each_text(v.options) o), ' ' ORDER BY v.id) AS option_values
      FROM variants v LEFT JOIN stock_levels k ON k.variant_id = v.id WHERE v.product_id = p.id
    ) v ON v.price IS NOT NULL
    LEFT JOIN product_sales b ON b.product_id = p.id
    LEFT JOIN product_ratings r ON r.product_id = p.id
    LEFT JOIN product_types y ON y.id = p.product_type_id
    CROSS JOIN LATERAL (SELECT ARRAY(
      SELECT DISTINCT token FROM (
        SELECT 'vendor=' || p.vendor
        UNION ALL SELECT 'category=' || p.category
        UNION ALL SELECT 'tag=' || unnest(p.tags)
        UNION ALL SELECT 'categoryId=' || unnest(c.path)
          FROM product_categories pc JOIN categories c ON c.id = pc.category_id WHERE pc.product_id = p.id
        UNION ALL SELECT 'option.' || o.key || '=' || o.value
          FROM variants v CROSS JOIN LATERAL jsonb_each_text(v.options) o WHERE v.product_id = p.id
        UNION ALL SELECT 'attribute.' || (d ->> 'code') || '=' || (p.attributes ->> (d ->> 'code'))
          FROM jsonb_array_elements(y.attributes) d WHERE coalesce((d ->> 'filterable')::boolean, true)
        UNION ALL SELECT 'stock=in' WHERE v.in_stock
        UNION ALL SELECT 'rating=' || stars FROM generate_series(1, r.sum / nullif(r.count, 0)) AS stars
      ) tokens (token) WHERE token IS NOT NULL ORDER BY token
    ) AS facets OFFSET 0) f
    CROSS JOIN LATERAL (SELECT
      search_fold(p.title) AS title,
      search_fold(concat_ws(' ', p.vendor, p.category, array_to_string(p.tags, ' '),
        v.option_values,
        (SELECT string_agg(concat_ws(' ', p.attributes ->> (d ->> 'code'), d ->> 'unit'), ' ')
         FROM jsonb_array_elements(y.attributes) d
         WHERE p.attributes ? (d ->> 'code') AND d ->> 'type' <> 'boolean' AND coalesce((d ->> 'searchable')::boolean, true)),
        (SELECT string_agg(c.name, ' ' ORDER BY c.id) FROM product_categories pc JOIN categories c ON c.id = pc.category_id
         WHERE pc.product_id = p.id))) AS more,
      search_fold(left(p.description, 20000)) AS description
    OFFSET 0) t
    LEFT JOIN LATERAL (
      SELECT join_words(to_tsvector(n.language, n.title) || search_surfaces(n.title)) AS title_words,
        join_words(to_tsvector(n.language, n.title || ' ' || n.description) || search_surfaces(n.title)) AS words
      FROM (SELECT search_language(x.locale) AS language, search_fold(coalesce(x.title, '')) AS title,
              search_fold(left(coalesce(x.description, ''), 20000)) AS description
            FROM product_translations x WHERE x.product_id = p.id ORDER BY x.locale) n
    ) o ON true
    WHERE p.id = ANY(ids)
  $body$;
  CREATE FUNCTION index_products(ids uuid[]) RETURNS void LANGUAGE plpgsql AS $body$
  BEGIN
    -- Locked before they are read: who waits here reads what the other has written. Where there is no row yet, the
    -- product is locked in its place.
    PERFORM 1 FROM products p WHERE p.id = ANY(ids) AND NOT EXISTS (SELECT 1 FROM product_search s WHERE s.product_id = p.id)
      ORDER BY p.id FOR NO KEY UPDATE;
    PERFORM 1 FROM product_search WHERE product_id = ANY(ids) ORDER BY product_id FOR NO KEY UPDATE;
    INSERT INTO product_search AS s
    SELECT * FROM search_rows(ids) ORDER BY product_id
    ON CONFLICT (product_id) DO UPDATE SET
      rank = EXCLUDED.rank, created_at = EXCLUDED.created_at, title = EXCLUDED.title, price = EXCLUDED.price,
      sales = EXCLUDED.sales, visible_from = EXCLUDED.visible_from, visible_until = EXCLUDED.visible_until,
      changed_at = EXCLUDED.changed_at, skus = EXCLUDED.skus, facets = EXCLUDED.facets,
      title_words = EXCLUDED.title_words, words = EXCLUDED.words
    WHERE (s.rank, s.created_at, s.title, s.price, s.sales, s.visible_from, s.visible_until, s.skus, s.facets, s.title_words, s.words)
      IS DISTINCT FROM (EXCLUDED.rank, EXCLUDED.created_at, EXCLUDED.title, EXCLUDED.price, EXCLUDED.sales,
        EXCLUDED.visible_from, EXCLUDED.visible_until, EXCLUDED.skus, EXCLUDED.facets, EXCLUDED.title_words, EXCLUDED.words);
  END
  $body$;
`;

const TRIGGERS = `
  -- The first call at the end of a transaction does the work of all; the others find nothing left.
  CREATE FUNCTION index_changed_products() RETURNS trigger LANGUAGE plpgsql AS $body$
  DECLARE ids uuid[];
  BEGIN
    WITH gone AS (DELETE FROM product_search_changes WHERE transaction = pg_current_xact_id() RETURNING product_id)
    SELECT array_agg(product_id) INTO ids FROM gone;
    IF ids IS NOT NULL THEN PERFORM index_products(ids); END IF;
    RETURN NULL;
  END
  $body$;
  CREATE CONSTRAINT TRIGGER product_search_changes_indexed AFTER INSERT ON product_search_changes
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION index_changed_products();

  CREATE FUNCTION note_products_changed() RETURNS trigger LANGUAGE plpgsql AS $body$
  BEGIN
    INSERT INTO product_search_changes (product_id) SELECT id FROM changed ON CONFLICT DO NOTHING;
    RETURN NULL;
  END
  $body$;
  CREATE TRIGGER products_searched AFTER UPDATE ON products
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_products_changed();

  CREATE FUNCTION note_product_variants_changed() RETURNS trigger LANGUAGE plpgsql AS $body$
  BEGIN
    INSERT INTO product_search_changes (product_id) SELECT DISTINCT product_id FROM changed ON CONFLICT DO NOTHING;
    RETURN NULL;
  END
  $body$;
  CREATE TRIGGER variants_added_searched AFTER INSERT ON variants
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_product_variants_changed();
  CREATE TRIGGER variants_changed_searched AFTER UPDATE ON variants
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_product_variants_changed();
  CREATE TRIGGER variants_removed_searched AFTER DELETE ON variants
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_product_variants_changed();
  CREATE TRIGGER product_categories_added_searched AFTER INSERT ON product_categories
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_product_variants_changed();
  CREATE TRIGGER product_categories_removed_searched AFTER DELETE ON product_categories
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_product_variants_changed();

  CREATE FUNCTION note_stock_opened() RETURNS trigger LANGUAGE plpgsql AS $body$
  BEGIN
    INSERT INTO product_search_changes (product_id)
    SELECT DISTINCT v.product_id FROM changed c JOIN variants v ON v.id = c.variant_id ON CONFLICT DO NOTHING;
    RETURN NULL;
  END
  $body$;
  CREATE TRIGGER stock_levels_opened_searched AFTER INSERT ON stock_levels
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_stock_opened();

  -- An order locks nothing here: a worker reads the notes.
  CREATE FUNCTION note_stock_changed() RETURNS trigger LANGUAGE plpgsql AS $body$
  BEGIN
    INSERT INTO product_search_stale (product_id) SELECT v.product_id FROM variants v WHERE v.id = NEW.variant_id;
    PERFORM pg_notify('orderly_search', '');
    RETURN NULL;
  END
  $body$;
  CREATE TRIGGER stock_levels_searched AFTER UPDATE ON stock_levels FOR EACH ROW
    WHEN ((OLD.on_hand > OLD.reserved) IS DISTINCT FROM (NEW.on_hand > NEW.reserved))
    EXECUTE FUNCTION note_stock_changed();
  CREATE FUNCTION note_rating_changed() RETURNS trigger LANGUAGE plpgsql AS $body$
  BEGIN
    INSERT INTO product_search_stale (product_id) VALUES (NEW.product_id);
    PERFORM pg_notify('orderly_search', '');
    RETURN NULL;
  END
  $body$;
  CREATE TRIGGER product_ratings_searched AFTER INSERT OR UPDATE ON product_ratings
    FOR EACH ROW EXECUTE FUNCTION note_rating_changed();
  CREATE FUNCTION note_category_changed() RETURNS trigger LANGUAGE plpgsql AS $body$
  BEGIN
    INSERT INTO product_search_stale (product_id)
    SELECT product_id FROM product_categories WHERE category_id = NEW.id;
    PERFORM pg_notify('orderly_search', '');
    RETURN NULL;
  END
  $body$;
  CREATE FUNCTION note_product_type_changed() RETURNS trigger LANGUAGE plpgsql AS $body$
  BEGIN
    INSERT INTO product_search_stale (product_id) SELECT id FROM products WHERE product_type_id = NEW.id;
    PERFORM pg_notify('orderly_search', '');
    RETURN NULL;
  END
  $body$;
  CREATE TRIGGER product_types_searched AFTER UPDATE ON product_types FOR EACH ROW
    WHEN (OLD.attributes IS DISTINCT FROM NEW.attributes) EXECUTE FUNCTION note_product_type_changed();
  CREATE TRIGGER categories_searched AFTER UPDATE ON categories FOR EACH ROW
    WHEN (OLD.path IS DISTINCT FROM NEW.path OR OLD.name IS DISTINCT FROM NEW.name)
    EXECUTE FUNCTION note_category_changed();
`;
