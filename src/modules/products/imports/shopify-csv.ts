import { parseDecimalAmount } from '../../../common/money/money.js';
import { problemWithDetail } from '../../../common/problems/problem.js';
import { slugify } from '../../../common/text/slug.js';
import type { NewVariant } from '../product.schema.js';
import { CsvSplitter, type CsvRecord } from './csv-splitter.js';
import type { RowError } from './import.schema.js';
import type { FilePosition, ProductGroup, ProductReader } from './product-group.js';

interface Row {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

const REQUIRED_COLUMNS = ['Handle', 'Title', 'Variant Price'];
const OPTION_COLUMNS = [1, 2, 3];
const DEFAULT_OPTION_VALUE = 'Default Title';
const MARK = Buffer.from('\ufeff');
/** Rows of one product that are read at most: more variants and images than a product may have. */
const MAX_GROUP_ROWS = 1_000;
const MAX_GROUP_CELLS = 8_000_000;

/** The columns of a CSV, and where its rows begin. */
export interface CsvHeader {
  readonly columns: readonly string[];
  readonly end: FilePosition;
}

/**
 * Reads the header of a product CSV from the first bytes of the file.
 *
 * @throws Problem `invalid_file` (400) when it is no such CSV, or has no rows
 */
export function readCsvHeader(head: Buffer): CsvHeader {
  const { bytes, splitter } = begin(head);
  const [header, ...rows] = [...splitter.push(bytes), ...splitter.end()];
  if (header && !header.cells) throw problemWithDetail('invalid_file', 'The file is not well-formed CSV.');
  const columns = (header?.cells ?? []).map((column) => column.trim());
  const missing = REQUIRED_COLUMNS.filter((column) => !columns.includes(column));
  if (!header || missing.length > 0 || !rows.some(({ cells }) => cells)) {
    throw problemWithDetail('invalid_file', `The file lacks rows or these columns: ${missing.join(', ')}.`);
  }
  return { columns, end: header.end };
}

/** A byte order mark is no part of the first cell. */
function begin(head: Buffer): { bytes: Buffer; splitter: CsvSplitter } {
  const skipped = head.subarray(0, MARK.length).equals(MARK) ? MARK.length : 0;
  return { bytes: head.subarray(skipped), splitter: new CsvSplitter(skipped, 0) };
}

/** The rows of a product while they are read. */
interface OpenGroup {
  readonly line: number;
  readonly handle: string | null;
  readonly kept: Row[];
  readonly errors: RowError[];
  rows: number;
  refused: number;
  characters: number;
  end: FilePosition;
}

/**
 * Reads a product CSV as Shopify exports it: rows of one handle that follow each other are one
 * product, the first names the product, each may hold a variant and an image.
 */
export class ShopifyCsvReader implements ProductReader {
  private readonly splitter: CsvSplitter;
  private open: OpenGroup | null = null;

  /**
   * Begins at a position of the file, behind its header.
   *
   * @param currency currency of the prices
   */
  constructor(
    private readonly columns: readonly string[],
    { offset, line }: FilePosition,
    private readonly currency: string,
  ) {
    this.splitter = new CsvSplitter(offset, line);
  }

  /** The products of the rows that the piece ends, but the last. */
  push(piece: Buffer): ProductGroup[] {
    return this.splitter.push(piece).flatMap((record) => this.add(record));
  }

  /** The last product. */
  end(): ProductGroup[] {
    const groups = this.splitter.end().flatMap((record) => this.add(record));
    return [...groups, ...this.close()];
  }

  /** The group that a record ends by beginning the next one. */
  private add(record: CsvRecord): ProductGroup[] {
    const { line, cells, end } = record;
    if (!cells || cells.length > this.columns.length) {
      this.refuse(record, { line, field: null, detail: 'is not well-formed CSV' });
      return [];
    }
    const row = { line, cells: Object.fromEntries(this.columns.map((column, index) => [column, cells[index] ?? ''])) };
    const handle = slugify(cell(row, 'Handle'));
    if (handle === '') {
      this.refuse(record, { line, field: 'Handle', detail: 'is missing' });
      return [];
    }
    const ended = this.open?.handle === handle ? [] : this.close();
    const open = (this.open ??= begun(line, handle, end));
    open.rows += 1;
    open.end = end;
    open.characters += cells.reduce((sum, { length }) => sum + length, 0);
    if (open.rows <= MAX_GROUP_ROWS && open.characters <= MAX_GROUP_CELLS) open.kept.push(row);
    else if (open.errors.at(-1)?.field !== 'Handle') open.errors.push({ line, field: 'Handle', detail: 'has too many rows' });
    return ended;
  }

  /** A broken row belongs to the product around it, so that it is told once. */
  private refuse({ line, end }: CsvRecord, error: RowError): void {
    const open = (this.open ??= begun(line, null, end));
    open.rows += 1;
    open.refused += 1;
    open.end = end;
    if (open.errors.length < MAX_GROUP_ROWS) open.errors.push(error);
  }

  private close(): ProductGroup[] {
    const { open } = this;
    this.open = null;
    return open ? [toGroup(open, this.currency)] : [];
  }
}

function begun(line: number, handle: string | null, end: FilePosition): OpenGroup {
  return { line, handle, kept: [], errors: [], rows: 0, refused: 0, characters: 0, end };
}

function toGroup(open: OpenGroup, currency: string): ProductGroup {
  const { handle, kept } = open;
  const [first] = kept;
  const errors = [...open.errors];
  const group = { line: open.line, rows: open.rows, end: open.end, variantLines: [], state: 'active' as const };
  if (!first || handle === null) return { ...group, product: null, errors };
  const optionNames = optionNamesOf(first);
  const variants = kept
    .filter(isVariant)
    .map((row) => toVariant(row, { handle, optionNames, currency }, errors))
    .filter((variant) => variant !== null);
  const title = cell(first, 'Title');
  if (title === '') errors.push({ line: first.line, field: 'Title', detail: 'is missing' });
  errors.sort((a, b) => a.line - b.line);
  if (title === '' || variants.length === 0 || kept.length < open.rows - open.refused) return { ...group, product: null, errors };
  return {
    ...group,
    errors,
    state: cell(first, 'Published').toLowerCase() === 'false' ? 'archived' : 'active',
    variantLines: variants.map(({ line }) => line),
    product: {
      slug: handle,
      title,
      description: cell(first, 'Body (HTML)'),
      vendor: cell(first, 'Vendor') || null,
      category: cell(first, 'Type') || null,
      tags: [...new Set(cell(first, 'Tags').split(',').map((tag) => tag.trim()).filter(Boolean))],
      images: imagesOf(kept),
      options: optionNames.map((name) => ({
        name,
        values: [...new Set(variants.map(({ variant: { options } }) => options[name] ?? ''))],
      })),
      variants: variants.map(({ variant }) => variant),
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
): { line: number; variant: NewVariant } | null {
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
  const variant: NewVariant = {
    sku: cell(row, 'Variant SKU') || generatedSku(handle, values),
    price: { amount: price, currency },
    compareAtPrice: compareAt === undefined ? undefined : { amount: compareAt, currency },
    stock: stock ?? 0,
    options: Object.fromEntries(optionNames.map((name, index) => [name, values[index] ?? ''])),
    barcode: cell(row, 'Variant Barcode') || undefined,
    weightGrams,
    imageUrl: cell(row, 'Variant Image') || undefined,
  };
  return { line: row.line, variant };
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
