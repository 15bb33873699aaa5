import fc from 'fast-check';
import { startApp, type TestApp } from '../support/app.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

interface Row {
  readonly id: string;
  readonly parent: string | null;
  readonly position: number;
  readonly path: string[];
  readonly depth: number;
}

type Change =
  | { readonly kind: 'create'; readonly parent: number | null; readonly position: number | undefined }
  | { readonly kind: 'move'; readonly which: number; readonly parent: number | null; readonly position: number | undefined }
  | { readonly kind: 'delete'; readonly which: number };

const position = fc.option(fc.nat({ max: 6 }), { nil: undefined });
const parent = fc.option(fc.nat({ max: 30 }), { nil: null });
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('create' as const), parent, position }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('move' as const), which: fc.nat({ max: 30 }), parent, position }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), which: fc.nat({ max: 30 }) }) },
);

const rowsNow = (): Promise<Row[]> =>
  app.database.query<Row & { [column: string]: unknown }>(
    'SELECT id, parent_id AS parent, position, path, depth FROM categories ORDER BY created_at, id',
  );

/** What of the rows does not follow from the parents alone. */
function faults(rows: readonly Row[]): string[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const climb = (row: Row, seen: readonly string[] = []): string[] => {
    if (seen.includes(row.id)) return ['a cycle'];
    const above = row.parent === null ? undefined : byId.get(row.parent);
    return [...(above ? climb(above, [...seen, row.id]) : []), row.id];
  };
  const siblings = new Map<string | null, number[]>();
  for (const row of rows) siblings.set(row.parent, [...(siblings.get(row.parent) ?? []), row.position]);
  return [
    ...rows.filter((row) => row.path.join() !== climb(row).join()).map(({ id }) => `the path of ${id}`),
    ...rows.filter((row) => row.depth !== climb(row).length - 1).map(({ id }) => `the depth of ${id}`),
    ...[...siblings]
      .filter(([, positions]) => [...positions].sort((a, b) => a - b).some((place, index) => place !== index))
      .map(([id, positions]) => `the positions below ${String(id)}: ${positions.join()}`),
  ];
}

async function apply(rows: readonly Row[], wanted: Change): Promise<number> {
  const pick = (index: number | null): string | null => (index === null ? null : (rows[index % Math.max(rows.length, 1)]?.id ?? null));
  const staff = { as: app.adminToken, headers: { 'If-Match': '*' } };
  const path = '/v1/admin/categories';
  if (wanted.kind === 'create') {
    return (await app.api.post(path, { name: 'C', parentId: pick(wanted.parent), position: wanted.position }, staff)).status;
  }
  const id = pick(wanted.which);
  if (id === null) return 404;
  if (wanted.kind === 'delete') return (await app.api.delete(`${path}/${id}`, staff)).status;
  return (await app.api.post(`${path}/${id}/move`, { parentId: pick(wanted.parent), position: wanted.position }, staff)).status;
}

describe('the category tree', () => {
  it('agrees with its parents in paths, depths and positions after any changes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 25 }), async (changes) => {
        await app.database.query('TRUNCATE product_categories, category_translations, categories');
        for (const wanted of changes) {
          const status = await apply(await rowsNow(), wanted);
          expect([200, 201, 204, 404, 409]).toContain(status);
          expect(faults(await rowsNow())).toEqual([]);
        }
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  it('agrees with its parents after changes that were asked for at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 5, maxLength: 20 }), async (changes) => {
        await app.database.query('TRUNCATE product_categories, category_translations, categories');
        for (let count = 0; count < 6; count += 1) {
          await apply(await rowsNow(), { kind: 'create', parent: count % 2 === 0 ? null : count, position: 0 });
        }
        const rows = await rowsNow();

        const statuses = await Promise.all(changes.map((wanted) => apply(rows, wanted)));

        expect(statuses.filter((status) => status >= 500)).toEqual([]);
        expect(faults(await rowsNow())).toEqual([]);
      }),
      { numRuns: 8 },
    );
  }, 120_000);
});
