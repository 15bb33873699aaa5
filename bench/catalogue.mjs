/** Products that one statement makes. */
const BATCH = 5_000;
const WORDS = 30_000;
const CONNECTIONS = 2;
const FILLED = ['products', 'variants', 'stock_levels', 'product_categories', 'product_ratings'];
const ONSETS = ['b', 'k', 'l', 'm', 'n', 'r', 's', 't', 'v', 'd', 'f', 'g', 'p', 'h', 'j', 'st', 'tr', 'pl', 'gr', 'sh'];
const VOWELS = ['a', 'e', 'i', 'o', 'u', 'ai', 'ou', 'ea'];
const CODAS = ['n', 'r', 'l', 't', 'm', 'k', 'x', 'nd', 'st', 'rk'];
const SIZES = ['S', 'M', 'L'];
const COLOURS = ['Black', 'White', 'Red', 'Blue', 'Green'];

/** A stream of numbers from 0 to 1, the same for the same seed for ever (mulberry32). */
export function randomOf(seed) {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The words of the catalogue, the commonest first; none is the beginning of all others. */
export const words = makeWords();

function makeWords() {
  const random = randomOf(42);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const made = new Set();
  while (made.size < WORDS) {
    const syllables = 1 + Math.floor(random() * 2.6);
    let word = '';
    for (let i = 0; i < syllables; i += 1) word += pick(ONSETS) + pick(VOWELS);
    made.add(word + pick(ONSETS) + pick(VOWELS) + pick(CODAS));
  }
  return [...made];
}

/** A number below `size`, the small ones by far the most often: log-uniform, as Zipf's law has it. */
const skewed = (random, size) => Math.floor(Math.exp(random() * Math.log(size + 1))) - 1;
const textOf = (random, count) => Array.from({ length: count }, () => words[skewed(random, WORDS)]).join(' ');
const idOf = (kind, n) => `00000000-0000-4000-8${kind}00-${n.toString(16).padStart(12, '0')}`;
/** Spreads the numbers, so that neighbours in the catalogue are no neighbours in its ids. */
const spread = (n) => Math.imul(n + 1, 0x9e3779b1) >>> 0;
const productId = (n) => idOf(2, spread(n) * 65_536 + (n % 65_536));

/** The catalogue from one product on, as columns. */
export function productsFrom(first, count) {
  const rows = { ids: [], slugs: [], titles: [], descriptions: [], vendors: [], tags: [], created: [], categories: [], sales: [], ratings: [] };
  const variants = { ids: [], products: [], positions: [], skus: [], options: [], prices: [], stock: [] };
  for (let n = first; n < first + count; n += 1) {
    const random = randomOf(n + 1_000);
    rows.ids.push(productId(n));
    rows.slugs.push(`product-${String(n)}`);
    rows.titles.push(textOf(random, 4 + Math.floor(random() * 5)));
    rows.descriptions.push(textOf(random, 20 + Math.floor(random() * 20)));
    rows.vendors.push(`Vendor ${String(skewed(random, 2_000) + 1)}`);
    rows.tags.push(JSON.stringify([...new Set(Array.from({ length: Math.floor(random() * 4) }, () => `tag ${String(skewed(random, 500) + 1)}`))]));
    rows.created.push(new Date(Date.UTC(2026, 0, 1) - Math.floor(random() * 1e11)).toISOString());
    rows.categories.push(idOf(1, 11 + skewed(random, 190)));
    rows.sales.push(Math.floor(20 / (random() + 0.0005)) - 19);
    rows.ratings.push(random() < 0.5 ? 10 + Math.floor(random() * 41) : null);
    const price = Math.round(Math.exp(3.7 + 1.2 * (random() + random() - 1)) * 100);
    const colour = COLOURS[Math.floor(random() * COLOURS.length)];
    for (let position = 0; position < 1 + Math.floor(random() * 3); position += 1) {
      variants.ids.push(idOf(3, n * 4 + position));
      variants.products.push(productId(n));
      variants.positions.push(position);
      variants.skus.push(`SKU-${String(n)}-${String(position)}`);
      variants.options.push(JSON.stringify({ Size: SIZES[position], Colour: colour }));
      variants.prices.push(price);
      variants.stock.push(random() < 0.85 ? 50 : 0);
    }
  }
  return { rows, variants };
}

/**
 * Fills an empty shop with a catalogue: words by Zipf's law, so that the commonest is in about a third of the
 * products, prices around 40, skewed sales. The same size is the same catalogue each time.
 *
 * @param {import('pg').Pool} pool of the owner: the triggers are left out, their work is done in batches
 * @param {number} products how many
 * @param {(done: number) => void} [report]
 */
export async function makeCatalogue(pool, products, report = () => undefined) {
  await pool.query(CATEGORIES);
  for (const table of FILLED) await pool.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
  const batches = Array.from({ length: Math.ceil(products / BATCH) }, (_, index) => index * BATCH);
  let done = 0;
  const work = async () => {
    const client = await pool.connect();
    try {
      await client.query(`SET statement_timeout = 0; SET work_mem = '64MB'`);
      for (let first = batches.shift(); first !== undefined; first = batches.shift()) {
        const count = Math.min(BATCH, products - first);
        await insert(client, productsFrom(first, count));
        done += count;
        report(done);
      }
    } finally {
      client.release();
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
  for (const table of FILLED) await pool.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
  for (const table of [...FILLED, 'product_search']) await pool.query(`VACUUM ANALYZE ${table}`);
}

async function insert(client, { rows, variants }) {
  await client.query(PRODUCTS, [rows.ids, rows.slugs, rows.titles, rows.descriptions, rows.vendors, rows.tags, rows.created]);
  await client.query(REST, [rows.ids, rows.categories, rows.sales, rows.ratings]);
  await client.query(VARIANTS, [variants.ids, variants.products, variants.positions, variants.skus, variants.options, variants.prices]);
  await client.query(STOCK, [variants.ids, variants.stock]);
  await client.query('SELECT index_products($1::uuid[])', [rows.ids]);
}

const CATEGORIES = `
  INSERT INTO categories (id, parent_id, slug, name, description, position, path, depth, created_at, updated_at)
  SELECT own, parent, 'category-' || n, 'Category ' || n, '', n, array_remove(ARRAY[parent, own], NULL), CASE WHEN n > 10 THEN 1 ELSE 0 END, now(), now()
  FROM generate_series(1, 200) n
  CROSS JOIN LATERAL (SELECT ('00000000-0000-4000-8100-' || lpad(to_hex(n), 12, '0'))::uuid AS own,
    CASE WHEN n > 10 THEN ('00000000-0000-4000-8100-' || lpad(to_hex(n % 10 + 1), 12, '0'))::uuid END AS parent) ids`;
const PRODUCTS = `
  INSERT INTO products (id, slug, title, description, vendor, tags, options, state, created_at, updated_at)
  SELECT id, slug, title, description, vendor, ARRAY(SELECT jsonb_array_elements_text(tags)),
    '[{"name":"Size","values":["S","M","L"]},{"name":"Colour","values":["Black","White","Red","Blue","Green"]}]', 'active', created, created
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::timestamptz[])
    AS r (id, slug, title, description, vendor, tags, created)`;
const REST = `
  WITH r AS (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[]) AS r (id, category, sales, rating)),
    c AS (INSERT INTO product_categories SELECT id, category FROM r),
    s AS (INSERT INTO product_sales SELECT id, sales FROM r)
  INSERT INTO product_ratings SELECT id, 10, rating FROM r WHERE rating IS NOT NULL`;
const VARIANTS = `
  INSERT INTO variants (id, product_id, position, sku, title, options, price_amount, currency, created_at, updated_at)
  SELECT id, product, position, sku, 'x', options, price, 'EUR', now(), now()
  FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::jsonb[], $6::bigint[]) AS v (id, product, position, sku, options, price)`;
const STOCK = `
  INSERT INTO stock_levels (id, variant_id, on_hand, updated_at)
  SELECT gen_random_uuid(), id, on_hand, now() FROM unnest($1::uuid[], $2::int[]) AS s (id, on_hand)`;
