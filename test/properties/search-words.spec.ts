import fc from 'fast-check';
import { fold } from '../../src/modules/products/search/fold.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';

/** Letters, digits, marks and signs of the scripts that shops write in, and forms that stand for others. */
const RANGES = [
  [0x20, 0x24f], [0x300, 0x36f], [0x370, 0x3ff],
  [0x400, 0x52f], [0x5d0, 0x5ea], [0x620, 0x64a], [0x1e00, 0x1fff], [0x2010, 0x206f], [0x2160, 0x217f],
  [0x3041, 0x3096], [0x4e00, 0x4eff], [0xac00, 0xacff], [0xff01, 0xff5e], [0x1d400, 0x1d433],
] as const;
const letter = fc.oneof(...RANGES.map(([min, max]) => fc.integer({ min, max }))).map((code) => String.fromCodePoint(code));
const texts = fc.array(fc.string({ unit: letter, maxLength: 12 }), { minLength: 500, maxLength: 500 });

let database: TestDatabase;
beforeAll(async () => { database = await cloneDatabase(); });
afterAll(async () => { await database.drop(); });

describe('the words of a text', () => {
  it('are the same to PostgreSQL, which makes those of products, and to the shop, which makes those of searches', async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (sample) => {
        const rows = await database.query<{ text: string; folded: string }>('SELECT text, search_fold(text) AS folded FROM unnest($1::text[]) AS text', [sample]);

        const different = rows.filter(({ text, folded }) => folded !== fold(text).join(' '));
        expect(different.slice(0, 5).map(({ text, folded }) => ({ text: encodeURI(text), folded, shop: fold(text) }))).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });
});
