import { parse, type CsvError } from 'csv-parse/sync';
import { parseDecimalAmount } from '../../../common/money/money.js';
import { problemWithDetail } from '../../../common/problems/problem.js';
import { slugify } from '../../../common/text/slug.js';
import type { CreateProduct, NewVariant } from '../product.schema.js';
import type { ProductState } from '../product.state.js';
import type { RowError } from './import.schema.js';

/** The lines of a file that make one product, and what is wrong with them. */
export interface ProductGroup {
  readonly line: number;
  readonly rows: number;
  /** `null` when no line of the group can be used. */
  readonly product: ProductDraft | null;
  /** Unpublished products are made archived. */
  readonly state: ProductState;
  readonly errors: RowError[];
}

/** A product as the file says it; its schema has not been checked yet. */
export type ProductDraft = Pick<
  CreateProduct,
  'title' | 'description' | 'vendor' | 'category' | 'tags' | 'images' | 'options'
> & {
  readonly slug: string;
  readonly variants: (NewVariant & { readonly line: number })[];
};

interface Row {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

const REQUIRED_COLUMNS = ['Handle', 'Title', 'Variant Price'];
const OPTION_COLUMNS = [1, 2, 3];
const DEFAULT_OPTION_VALUE = 'Default Title';

/**
 * Reads a product CSV as Shopify exports it: the rows of one handle are one product,
 * the first names the product, each may hold a variant and an image.
 *
 * @param currency currency of the prices
 * @throws Problem `invalid_file` (400) when the bytes are no such CSV
 */
export function readShopifyCsv(file: Buffer, currency: string): ProductGroup[] {
  const { rows, errors } = readRows(file);
  const byHandle = new Map<string, Row[]>();
  for (const row of rows) {
    const handle = slugify(cell(row, 'Handle'));
    if (handle === '') errors.push({ line: row.line, field: 'Handle', detail: 'is missing' });
    else byHandle.set(handle, [...(byHandle.get(handle) ?? []), row]);
  }
  const groups = [...byHandle].map(([handle, group]) => toGroup(handle, group, currency));
  const broken = errors.map((error) => ({ line: error.line, rows: 1, product: null, errors: [error], state: 'active' as const }));
  return [...groups, ...broken].sort((a, b) => a.line - b.line);
}

function readRows(file: Buffer): { rows: Row[]; errors: RowError[] } {
  if (file.includes(0)) throw problemWithDetail('invalid_file', 'The file is not text.');
  const errors: RowError[] = [];
  let line = 1;
  let records: { record: Record<string, string>; info: { lines: number } }[];
  try {
    records = parse(file, {
      bom: true,
      columns: true,
      info: true,
      relaxColumnCountLess: true,
      skipEmptyLines: true,
      skipRecordsWithError: true,
      maxRecordSize: 1_000_000,
      onSkip: (error?: CsvError) => {
        errors.push({ line: Number(error?.lines ?? 0), field: null, detail: 'is not well-formed CSV' });
      },
    }) as unknown as typeof records;
  } catch {
    throw problemWithDetail('invalid_file', 'The file is not well-formed CSV.');
  }
  const columns = Object.keys(records[0]?.record ?? {});
  const missing = REQUIRED_COLUMNS.filter((column) => !columns.includes(column));
  if (missing.length > 0) {
    throw problemWithDetail('invalid_file', `The file lacks rows or these columns: ${missing.join(', ')}.`);
  }
  const rows = records.map(({ record, info }) => {
    const row = { line: line + 1, cells: record };
    line = info.lines;
    return row;
  });
  return { rows, errors };
}

function toGroup(handle: string, rows: readonly Row[], currency: string): ProductGroup {
  const errors: RowError[] = [];
  const [first] = rows as [Row];
  const optionNames = optionNamesOf(first);
  const variants = rows
    .filter(isVariant)
    .map((row) => toVariant(row, { handle, optionNames, currency }, errors))
    .filter((variant) => variant !== null);
  const title = cell(first, 'Title');
  if (title === '') errors.push({ line: first.line, field: 'Title', detail: 'is missing' });
  const state: ProductState = cell(first, 'Published').toLowerCase() === 'false' ? 'archived' : 'active';
  const group = { line: first.line, rows: rows.length, errors, state };
  if (title === '' || variants.length === 0) return { ...group, product: null };
  return {
    ...group,
    product: {
      slug: handle,
      title,
      description: cell(first, 'Body (HTML)'),
      vendor: cell(first, 'Vendor') || null,
      category: cell(first, 'Type') || null,
      tags: [...new Set(cell(first, 'Tags').split(',').map((tag) => tag.trim()).filter(Boolean))],
      images: imagesOf(rows),
      options: optionNames.map((name) => ({
        name,
        values: [...new Set(variants.map(({ options }) => options[name] ?? ''))],
      })),
      variants,
    },
  };
}

function optionNamesOf(first: Row): string[] {
  if (cell(first, 'Option1 Value') === DEFAULT_OPTION_VALUE) return [];
  return OPTION_COLUMNS.map((n) => cell(first, `Option${String(n)} Name`)).filter(Boolean);
}

function isVariant(row: Row): boolean {
  return ['Variant Price', 'Variant SKU', 'Option1 Value'].some((column) => cell(row, column) !== '');
}

function toVariant(
  row: Row,
  { handle, optionNames, currency }: { handle: string; optionNames: readonly string[]; currency: string },
  errors: RowError[],
): (NewVariant & { line: number }) | null {
  const before = errors.length;
  const refuse = (field: string, detail: string): void => {
    errors.push({ line: row.line, field, detail });
  };
  const price = amountOf(row, 'Variant Price', currency, refuse);
  const compareAt = amountOf(row, 'Variant Compare At Price', currency, refuse);
  const stock = wholeNumber(row, 'Variant Inventory Qty', refuse);
  const weightGrams = wholeNumber(row, 'Variant Grams', refuse);
  if (price === undefined && cell(row, 'Variant Price') === '') refuse('Variant Price', 'is missing');
  if (errors.length > before || price === undefined) return null;
  const values = optionNames.map((_, index) => cell(row, `Option${String(index + 1)} Value`));
  return {
    line: row.line,
    sku: cell(row, 'Variant SKU') || generatedSku(handle, values),
    price: { amount: price, currency },
    compareAtPrice: compareAt === undefined ? undefined : { amount: compareAt, currency },
    stock: stock ?? 0,
    options: Object.fromEntries(optionNames.map((name, index) => [name, values[index] ?? ''])),
    barcode: cell(row, 'Variant Barcode') || undefined,
    weightGrams,
    imageUrl: cell(row, 'Variant Image') || undefined,
  };
}

/** A SKU for a row that has none: the same for the same handle and option values, so that a repeat finds it. */
function generatedSku(handle: string, values: readonly string[]): string {
  return [handle, ...values.map(slugify)].filter(Boolean).join('-').slice(0, 100);
}

function amountOf(
  row: Row,
  column: string,
  currency: string,
  refuse: (field: string, detail: string) => void,
): number | undefined {
  const text = cell(row, column);
  if (text === '') return undefined;
  const amount = parseDecimalAmount(text, currency);
  if (amount === null) refuse(column, `is not an amount of ${currency}`);
  return amount ?? undefined;
}

function wholeNumber(
  row: Row,
  column: string,
  refuse: (field: string, detail: string) => void,
): number | undefined {
  const text = cell(row, column);
  if (text === '') return undefined;
  if (/^\d{1,9}(\.0+)?$/.test(text)) return Math.trunc(Number(text));
  refuse(column, 'is not a whole number of 0 or more');
  return undefined;
}

function imagesOf(rows: readonly Row[]): { url: string; alt: string | null }[] {
  const images = rows
    .filter((row) => cell(row, 'Image Src') !== '')
    .map((row, index) => ({
      position: Number(cell(row, 'Image Position')) || index + 1,
      url: cell(row, 'Image Src'),
      alt: cell(row, 'Image Alt Text') || null,
    }))
    .sort((a, b) => a.position - b.position);
  return [...new Map(images.map(({ url, alt }) => [url, { url, alt }])).values()];
}

function cell(row: Row, column: string): string {
  return (row.cells[column] ?? '').trim();
}
