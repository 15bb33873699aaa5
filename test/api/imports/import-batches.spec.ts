import { ImportRunner } from '../../../src/modules/products/imports/import-runner.service.js';
import { startApp, type TestApp } from '../../support/app.js';
import type { AnswerBody } from '../../support/api-client.js';

/** More than two batches. */
const MANY = 450;

let app: TestApp;

// With one connection a batch begins after the other, with more beside it.
const begin = (poolSize: string): void => {
  beforeAll(async () => {
    app = await startApp({ env: { DATABASE_POOL_SIZE: poolSize } });
  });
  afterAll(async () => {
    await app.close();
  });
};

const aLine = (slug: string, more: object = {}): string =>
  JSON.stringify({ title: `Title of ${slug}`, slug, variants: [{ sku: slug, price: { amount: 1500, currency: 'EUR' }, stock: 3 }], ...more });

const linesOf = (name: string, count = MANY): string[] => Array.from({ length: count }, (_, index) => aLine(`${name}-${String(index)}`));

/** Uploads a file; nobody imports it yet. */
async function upload(content: string, format = 'ndjson'): Promise<string> {
  const { status, body } = await app.api.postFile('/v1/admin/imports', { format }, { name: 'x', content }, { as: app.adminToken });
  expect(status).toBe(202);
  return body.id as string;
}

const run = (id: string, report: (percent: number) => Promise<void> = () => Promise.resolve()): Promise<void> =>
  app.nest.get(ImportRunner, { strict: false }).run(id, report);

const operation = async (id: string): Promise<AnswerBody> => (await app.api.get(`/v1/admin/operations/${id}`, { as: app.adminToken })).body;

async function importLines(lines: readonly string[]): Promise<AnswerBody> {
  const id = await upload(lines.join('\n'));
  await run(id);
  return (await operation(id)).result;
}

/** How often each product of a name exists, and was told. */
async function counts(name: string): Promise<unknown> {
  const [row] = await app.database.query(
    `SELECT count(*)::int AS products, count(DISTINCT p.slug)::int AS slugs,
       (SELECT count(*)::int FROM variants v JOIN stock_levels s ON s.variant_id = v.id JOIN stock_movements m ON m.stock_level_id = s.id
        WHERE v.sku LIKE $1 AND s.on_hand = 3 AND m.on_hand_delta = 3) AS stocked,
       (SELECT count(*)::int FROM outbox_events e WHERE e.type = 'product.created' AND e.aggregate_id IN
         (SELECT id FROM products WHERE slug LIKE $1)) AS told
     FROM products p WHERE p.slug LIKE $1`,
    [`${name}-%`],
  );
  return row;
}

const allOf = (count: number) => ({ products: count, slugs: count, stocked: count, told: count });

/** While `work` runs, the database refuses a row as the body of a trigger says. */
async function refusing(table: 'products' | 'variants', body: string, work: () => Promise<void>): Promise<void> {
  await app.database.query(`CREATE FUNCTION refuse_for_test() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} RETURN NEW; END $$`);
  await app.database.query(`CREATE TRIGGER refused BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION refuse_for_test()`);
  try {
    await work();
  } finally {
    await app.database.query(`DROP TRIGGER refused ON ${table}; DROP FUNCTION refuse_for_test`);
  }
}

describe.each(['1', '6'])('an import of several batches with %s connections', (poolSize) => {
  begin(poolSize);

  it('goes on behind the last batch when its process ended between two', async () => {
    const id = await upload(linesOf('between').join('\n'));
    const percents: number[] = [];
    const endAfterOne = run(id, (percent) => {
      percents.push(percent);
      return Promise.reject(new Error('The process ends.'));
    });
    await expect(endAfterOne).rejects.toThrow('The process ends.');
    const half = await operation(id);

    await run(id, (percent) => {
      percents.push(percent);
      return Promise.resolve();
    });

    expect(half).toMatchObject({ state: 'running', progress: percents[0] });
    expect(half.result.productsCreated).toBeGreaterThan(0);
    expect(half.result.productsCreated).toBeLessThan(MANY);
    expect((await operation(id)).result).toMatchObject({ rows: MANY, productsCreated: MANY, productsUnchanged: 0, errorCount: 0 });
    expect(await counts('between')).toEqual(allOf(MANY));
    expect(percents.at(-1)).toBe(100);
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
  });

  it('does a batch again that was broken off in its middle, and nothing of it twice', async () => {
    const id = await upload(linesOf('middle').join('\n'));
    await refusing('variants', `IF NEW.sku = 'middle-300' THEN RAISE EXCEPTION 'The power is gone.'; END IF;`, async () => {
      await expect(run(id)).rejects.toThrow('The power is gone.');
    });
    const half = (await operation(id)).result;
    expect(await counts('middle')).toEqual(allOf(half.productsCreated));

    await run(id);

    expect((await operation(id)).result).toMatchObject({ rows: MANY, productsCreated: MANY, errorCount: 0 });
    expect(await counts('middle')).toEqual(allOf(MANY));
  });

  it('goes on at the right row of a CSV with texts of several lines, after a byte order mark', async () => {
    const rows = Array.from({ length: MANY }, (_, index) => `lines-${String(index)},Title,"two\nlines, ""quoted""",lines-${String(index)},3,15.00\r\n`);
    const broken = ['lines-0', 'x"y', '', '', '', ''].join(',');
    const id = await upload(`\ufeffHandle,Title,Body (HTML),Variant SKU,Variant Inventory Qty,Variant Price\r\n${rows.join('')}${broken}\n`, 'shopify-csv');
    await expect(run(id, () => Promise.reject(new Error('The process ends.')))).rejects.toThrow();

    await run(id);

    const { result } = await operation(id);
    expect(result).toMatchObject({ rows: MANY + 1, productsCreated: MANY, errorCount: 1 });
    expect(result.errors).toEqual([{ line: 2 + 2 * MANY, field: null, detail: 'is not well-formed CSV' }]);
    expect(await counts('lines')).toEqual(allOf(MANY));
    const [row] = await app.database.query<{ description: string }>(`SELECT description FROM products WHERE slug = 'lines-449'`);
    expect(row?.description).toBe('two\nlines, "quoted"');
  });

  it('does each batch once when two processes import the same file at once', async () => {
    const id = await upload(linesOf('twins').join('\n'));

    await Promise.all([run(id), run(id)]);

    expect((await operation(id)).result).toMatchObject({ rows: MANY, productsCreated: MANY, productsUnchanged: 0 });
    expect(await counts('twins')).toEqual(allOf(MANY));
  });

  it('ends between two batches when someone cancels it', async () => {
    const id = await upload(linesOf('cancelled').join('\n'));

    await run(id, async () => {
      await app.api.post(`/v1/admin/operations/${id}/cancel`, undefined, { as: app.adminToken });
    });

    const { state, result } = await operation(id);
    expect(state).toBe('cancelled');
    expect(result.productsCreated).toBeLessThan(MANY);
    expect(await counts('cancelled')).toEqual(allOf(result.productsCreated));
  });

  it('judges a product by what the batch before has left, as if one came after the other', async () => {
    await importLines([aLine('left-0', { externalReference: 'left-before' })]);
    const lines = linesOf('left');
    lines[0] = aLine('left-0', { externalReference: 'left-after' });
    lines[10] = aLine('left-10', { variants: [{ sku: 'left-shared', price: { amount: 1, currency: 'EUR' }, stock: 3 }] });
    lines[250] = aLine('left-250', { externalReference: 'left-before' });
    lines[260] = aLine('left-260', { variants: [{ sku: 'left-shared', price: { amount: 1, currency: 'EUR' }, stock: 3 }] });
    lines[270] = aLine('left-3', { title: 'A second time' });

    const result = await importLines(lines);

    expect(result).toMatchObject({ rows: MANY, productsCreated: MANY - 3, productsUpdated: 2, errorCount: 1 });
    expect(result.errors).toMatchObject([{ line: 261, detail: expect.stringContaining('sku_taken') }]);
    const rows = await app.database.query(
      `SELECT slug, title, external_reference AS reference FROM products WHERE slug IN ('left-0', 'left-250', 'left-3') ORDER BY slug`,
    );
    expect(rows).toEqual([
      { slug: 'left-0', title: 'Title of left-0', reference: 'left-after' },
      { slug: 'left-250', title: 'Title of left-250', reference: 'left-before' },
      { slug: 'left-3', title: 'A second time', reference: null },
    ]);
  });

  it('changes nothing and tells nothing when it is repeated', async () => {
    await importLines(linesOf('again'));
    const [before] = await app.database.query('SELECT count(*) AS events FROM outbox_events WHERE aggregate_type = $1', ['product']);

    const result = await importLines(linesOf('again'));

    expect(result).toMatchObject({ productsCreated: 0, productsUpdated: 0, productsUnchanged: MANY, variantsCreated: 0, variantsUpdated: 0 });
    const [after] = await app.database.query('SELECT count(*) AS events FROM outbox_events WHERE aggregate_type = $1', ['product']);
    expect(after).toEqual(before);
  });

  it('changes what has changed, tells each change, and adds new variants behind the others', async () => {
    await importLines(linesOf('changed'));
    const cheaper = Array.from({ length: MANY }, (_, index) => {
      const slug = `changed-${String(index)}`;
      if (index % 3 === 0) return aLine(slug);
      const options = [{ name: 'Size', values: ['M'] }];
      const first = { sku: slug, price: { amount: 1400, currency: 'EUR' }, options: { Size: 'M' } };
      const variants = [{ ...first, options: { Size: 'M' } }];
      return index % 3 === 1 ? aLine(slug, { variants: [{ sku: slug, price: first.price }] }) : aLine(slug, { title: 'New', options, variants });
    });

    const result = await importLines(cheaper);

    expect(result).toMatchObject({ productsUpdated: 300, productsUnchanged: 150, variantsUpdated: 300, variantsCreated: 0, errorCount: 0 });
    const [row] = await app.database.query(
      `SELECT count(*) FILTER (WHERE p.version = 2)::int AS changed, count(*) FILTER (WHERE v.price_amount = 1400)::int AS cheaper,
         count(*) FILTER (WHERE p.title = 'New')::int AS renamed,
         (SELECT count(*)::int FROM outbox_events WHERE type = 'product.updated' AND aggregate_id IN
           (SELECT id FROM products WHERE slug LIKE 'changed-%')) AS told
       FROM products p JOIN variants v ON v.product_id = p.id WHERE p.slug LIKE 'changed-%'`,
    );
    expect(row).toEqual({ changed: 300, cheaper: 300, renamed: 150, told: 300 });
  });
});

describe.each(['1', '6'])('faults within a batch with %s connections', (poolSize) => {
  begin(poolSize);

  it('are told with their lines, and the other products get in', async () => {
    const lines = linesOf('faulty', 100);
    await importLines([aLine('holder', { externalReference: 'held' })]);
    lines[10] = aLine('thief', { variants: [{ sku: 'holder', price: { amount: 1, currency: 'EUR' } }] });
    lines[20] = aLine('faulty-20', { externalReference: 'held' });
    lines[30] = aLine('faulty-30', { title: '' });
    lines[40] = '[';
    lines[50] = aLine('faulty-50', { description: 'x'.repeat(1_000_001) });

    const result = await importLines(lines);

    expect(result).toMatchObject({ rows: 100, productsCreated: 95, errorCount: 5 });
    expect(result.errors).toMatchObject([
      { line: 11, field: null, detail: expect.stringContaining('sku_taken') },
      { line: 21, field: null, detail: expect.stringContaining('external_reference_taken') },
      { line: 31, field: 'title' },
      { line: 41, detail: 'is not a JSON object' },
      { line: 51, detail: 'is longer than 1000000 bytes' },
    ].sort((a, b) => a.line - b.line));
    expect(await counts('faulty')).toEqual(allOf(95));
  });

  it('that only the database sees refuse one product and no other', async () => {
    const body = `IF NEW.slug = 'raced-30' THEN RAISE EXCEPTION 'taken just now' USING ERRCODE = '23505', CONSTRAINT = 'products_slug_key'; END IF;`;
    await refusing('products', body, async () => {
      const result = await importLines(linesOf('raced', 60));

      expect(result).toMatchObject({ rows: 60, productsCreated: 59, errorCount: 1 });
      expect(result.errors).toMatchObject([{ line: 31, detail: expect.stringContaining('slug_taken') }]);
    });
    expect(await counts('raced')).toEqual(allOf(59));
  });

  it('lets a second line of a product change what the first has made, and no product take a SKU of the file', async () => {
    const result = await importLines([
      aLine('twice-1'),
      aLine('twice-1', { title: 'Second' }),
      aLine('twice-1', { title: 'Second' }),
      aLine('twice-2', { variants: [{ sku: 'twice-1', price: { amount: 1, currency: 'EUR' } }] }),
      aLine('twice-3', { externalReference: 'the-same' }),
      aLine('twice-4', { externalReference: 'the-same' }),
    ]);

    expect(result).toMatchObject({ rows: 6, productsCreated: 2, productsUpdated: 1, productsUnchanged: 1, errorCount: 2 });
    expect(result.errors).toMatchObject([
      { line: 4, detail: expect.stringContaining('sku_taken') },
      { line: 6, detail: expect.stringContaining('external_reference_taken') },
    ]);
    expect(await app.database.query(`SELECT title FROM products WHERE slug = 'twice-1'`)).toEqual([{ title: 'Second' }]);
  });

  it('names options that another variant of the product has already', async () => {
    await importLines([aLine('same-options')]);

    const { errors } = await importLines([aLine('same-options', { variants: [{ sku: 'other', price: { amount: 1, currency: 'EUR' } }] })]);

    expect(errors).toMatchObject([{ line: 1, detail: expect.stringContaining('duplicate_options') }]);
  });
});
