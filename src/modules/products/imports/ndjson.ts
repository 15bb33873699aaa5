import { z } from 'zod';
import { problemWithDetail } from '../../../common/problems/problem.js';
import { slugify } from '../../../common/text/slug.js';
import type { ProductDraft, ProductGroup } from './shopify-csv.js';

const MAX_LINE_BYTES = 1_000_000;

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
 *
 * @throws Problem `invalid_file` (400) when no line is JSON
 */
export function readNdjson(file: Buffer): ProductGroup[] {
  const groups = file
    .toString('utf8')
    .split('\n')
    .flatMap((text, index) => (text.trim() === '' ? [] : [toGroup(text.replace(/^\ufeff/, ''), index + 1)]));
  if (!groups.some(({ isJson }) => isJson)) throw problemWithDetail('invalid_file', 'The file has no line of JSON.');
  return groups.map(({ group }) => group);
}

function toGroup(text: string, line: number): { group: ProductGroup; isJson: boolean } {
  const refused = (faults: { field: string | null; detail: string }[], isJson: boolean) => ({
    group: { line, rows: 1, product: null, state: 'active' as const, errors: faults.map((fault) => ({ line, ...fault })) },
    isJson,
  });
  const value = text.length > MAX_LINE_BYTES ? undefined : parseJson(text);
  if (value === undefined) return refused([{ field: null, detail: 'is not a JSON object' }], false);
  const parsed = LineSchema.safeParse(value);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => ({ field: path.join('.') || null, detail: message }));
    return refused(faults, true);
  }
  const { id: __, state, slug, variants, ...details } = parsed.data;
  const product = {
    ...details,
    slug: slug ?? slugify(details.title),
    variants: variants.map((variant) => ({ ...variant, line })),
  } as unknown as ProductDraft;
  return { group: { line, rows: 1, product, state, errors: [] }, isJson: true };
}

function parseJson(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
