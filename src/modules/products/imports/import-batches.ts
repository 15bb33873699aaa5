import { checkGroup, type CheckedGroup } from './checked-product.js';
import type { ProductGroup, ProductReader } from './product-group.js';

/** Products of one transaction at most. */
const BATCH_PRODUCTS = 200;
/** Bytes of the file that one transaction takes at most, but for a single product. */
const BATCH_BYTES = 4_194_304;

/** Products of one transaction. */
export interface ImportBatch {
  readonly groups: readonly CheckedGroup[];
  /** The slugs, SKUs and external references that they have. */
  readonly names: ReadonlySet<string>;
}

/** Whether two batches have a name in common. */
export function shareName(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  for (const name of some) if (others.has(name)) return true;
  return false;
}

/**
 * Reads the products of a file in batches; of one batch no two have a slug, a SKU or an external
 * reference in common, so that the second of two is judged by what the first has left.
 */
export async function* batchesOf(
  reader: ProductReader,
  pieces: AsyncIterable<Buffer>,
  now: () => Date,
): AsyncGenerator<ImportBatch, undefined> {
  let batch = new Batch();
  const add = function* (groups: readonly ProductGroup[]): Generator<ImportBatch> {
    for (const group of groups) {
      const checked = checkGroup(group, now());
      if (!batch.takes(checked)) {
        yield batch;
        batch = new Batch();
      }
      batch.add(checked);
    }
  };
  for await (const piece of pieces) yield* add(reader.push(piece));
  yield* add(reader.end());
  if (batch.groups.length > 0) yield batch;
}

class Batch implements ImportBatch {
  readonly groups: CheckedGroup[] = [];
  readonly names = new Set<string>();
  private begin: number | undefined;

  takes(checked: CheckedGroup): boolean {
    if (this.groups.length === 0) return true;
    if (this.groups.length >= BATCH_PRODUCTS) return false;
    if (checked.group.end.offset - (this.begin ?? 0) > BATCH_BYTES) return false;
    return !namesOf(checked).some((name) => this.names.has(name));
  }

  add(checked: CheckedGroup): void {
    this.begin ??= checked.group.end.offset;
    this.groups.push(checked);
    for (const name of namesOf(checked)) this.names.add(name);
  }
}

function namesOf({ upsert }: CheckedGroup): string[] {
  if (!upsert) return [];
  const { slug, variants, externalReference } = upsert;
  const skus = variants.map(({ sku }) => `sku ${sku}`);
  return [`slug ${slug}`, ...skus, ...(externalReference === null ? [] : [`reference ${externalReference}`])];
}
