import type { ImportResult, RowError } from './import.schema.js';
import type { ProductGroup } from './product-group.js';

const MAX_ERRORS_KEPT = 1_000;

/** What was done with a product, and what of it was left out. */
interface Outcome {
  readonly product: 'created' | 'updated' | 'unchanged' | 'refused';
  readonly variantsCreated: number;
  readonly variantsUpdated: number;
  readonly faults: readonly { readonly field: string | null; readonly detail: string }[];
}

/** What is done with lines that are no product. */
export const NOTHING_DONE: Outcome = { product: 'refused', variantsCreated: 0, variantsUpdated: 0, faults: [] };

/** A result with what was done with a batch added. */
export function addUp(
  result: ImportResult,
  batch: readonly { readonly group: ProductGroup; readonly errors: readonly RowError[]; readonly outcome: Outcome }[],
): ImportResult {
  const next = { ...result, errors: [...result.errors] };
  for (const { group, errors, outcome } of batch) {
    next.rows += group.rows;
    if (outcome.product === 'created') next.productsCreated += 1;
    if (outcome.product === 'updated') next.productsUpdated += 1;
    if (outcome.product === 'unchanged') next.productsUnchanged += 1;
    next.variantsCreated += outcome.variantsCreated;
    next.variantsUpdated += outcome.variantsUpdated;
    const faults = [...errors, ...outcome.faults.map((fault) => ({ line: group.line, ...fault }))];
    next.errorCount += faults.length;
    next.errors.push(...faults.slice(0, MAX_ERRORS_KEPT - next.errors.length));
  }
  return next;
}
