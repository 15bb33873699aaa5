import { z } from 'zod';
import { problemWithDetail } from '../../../common/problems/problem.js';
import { slugify } from '../../../common/text/slug.js';
import { LineSplitter, MAX_LINE_BYTES, type Line } from './line-splitter.js';
import type { FilePosition, ProductDraft, ProductGroup, ProductReader } from './product-group.js';

/** What a line must have to be a product at all; the rest is checked as for a product that staff make by hand. */
const LineSchema = z.looseObject({
  id: z.string().optional(),
  state: z.enum(['draft', 'active', 'archived']).default('active'),
  slug: z.string().optional(),
  title: z.string(),
  variants: z.array(z.looseObject({})),
});

/**
 * Reads products as an export writes them: a line each, the body that makes it with its state. The
 * id is of the shop that wrote it and does not count; products are matched by slug.
 */
export class NdjsonReader implements ProductReader {
  private readonly lines: LineSplitter;

  /** Begins at a position of the file. */
  constructor({ offset, line }: FilePosition) {
    this.lines = new LineSplitter(offset, line);
  }

  /** The products of the lines that the piece ends. */
  push(piece: Buffer): ProductGroup[] {
    return this.lines.push(piece).flatMap(toGroups);
  }

  /** The product of the last line. */
  end(): ProductGroup[] {
    return this.lines.end().flatMap(toGroups);
  }
}

/**
 * Refuses a file whose first bytes hold no line of JSON.
 *
 * @throws Problem `invalid_file` (400)
 */
export function checkNdjson(head: Buffer): void {
  const lines = new LineSplitter(0, 0);
  const texts = [...lines.push(head), ...lines.end()].map(({ text }) => text ?? '');
  if (!texts.some((text) => parseJson(withoutMark(text)) !== undefined)) {
    throw problemWithDetail('invalid_file', 'The file has no line of JSON.');
  }
}

function toGroups({ number: line, text, end: offset }: Line): ProductGroup[] {
  if (text?.trim() === '') return [];
  const end = { offset, line };
  const refused = (...faults: { field: string | null; detail: string }[]): ProductGroup[] => [
    { line, rows: 1, product: null, variantLines: [], state: 'active', errors: faults.map((fault) => ({ line, ...fault })), end },
  ];
  if (text === null) return refused({ field: null, detail: `is longer than ${String(MAX_LINE_BYTES)} bytes` });
  const value = parseJson(withoutMark(text));
  if (value === undefined) return refused({ field: null, detail: 'is not a JSON object' });
  const parsed = LineSchema.safeParse(value);
  if (!parsed.success) {
    return refused(...parsed.error.issues.map(({ path, message }) => ({ field: path.join('.') || null, detail: message })));
  }
  const { id: __, state, ...details } = parsed.data;
  const product: ProductDraft = { ...details, slug: details.slug ?? slugify(details.title) };
  return [{ line, rows: 1, product, variantLines: [], state, errors: [], end }];
}

function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

function parseJson(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
