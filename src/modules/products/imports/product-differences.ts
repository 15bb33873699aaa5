import type { ProductEntity, ProductImage, ProductOption } from '../product.entity.js';
import type { NewVariant } from '../product.schema.js';
import type { ProductChanges } from '../products.repository.js';
import type { VariantEntity } from '../variant.entity.js';

/** The columns of a product that a file always names. */
export interface WantedProduct {
  readonly title: string;
  readonly description: string;
  readonly vendor: string | null;
  readonly category: string | null;
  readonly tags: string[];
  readonly images: readonly ProductImage[];
  readonly options: readonly ProductOption[];
}

/** What is to be changed of a product; `more` holds columns that a file may name. */
export function productChanges(existing: ProductEntity, input: WantedProduct, more: ProductChanges): ProductChanges {
  const { title, description, vendor, category, tags } = input;
  const images = keepShown(existing.images, input.images);
  const changes = differences<ProductChanges>(existing, {
    ...{ title, description, vendor, category, tags },
    options: mergeOptions(existing.options, input.options),
    ...more,
  });
  const sameImages = canonical(existing.images.map(meaningOf)) === canonical(images.map(meaningOf));
  return sameImages ? changes : { ...changes, images };
}

/** What is to be changed of a variant. */
export function variantChanges(row: VariantEntity, variant: NewVariant): Partial<VariantEntity> {
  const { gtin, lengthMm, widthMm, heightMm } = variant;
  // What a file has no column for stays as staff have set it.
  const named = Object.entries({ gtin, lengthMm, widthMm, heightMm }).filter(([, value]) => value !== undefined);
  return differences<Partial<VariantEntity>>(row, {
    ...(Object.fromEntries(named) as Partial<VariantEntity>),
    priceAmount: variant.price.amount,
    currency: variant.price.currency,
    compareAtAmount: variant.compareAtPrice?.amount ?? null,
    barcode: variant.barcode ?? null,
    weightGrams: variant.weightGrams ?? null,
    imageUrl: variant.imageUrl ?? null,
  });
}

/** The wanted columns that differ from those of the row; the order of object keys does not count. */
function differences<T extends object>(row: T, wanted: T): T {
  const entries = Object.entries(wanted) as [keyof T, unknown][];
  return Object.fromEntries(
    entries.filter(([column, value]) => row[column] !== value && canonical(row[column]) !== canonical(value)),
  ) as T;
}

/** A value as text, equal for equal values. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort())
      : part,
  );
}

/** The wanted images; one that is shown already stays the uploaded image that it is, and shows its variants. */
function keepShown(existing: readonly ProductImage[], wanted: readonly ProductImage[]): ProductImage[] {
  return wanted.map((image) => {
    const shown = existing.find(({ url }) => url === image.url);
    return shown ? { ...shown, ...image } : image;
  });
}

function meaningOf({ url, alt, imageId, variantIds = [] }: ProductImage): unknown {
  return [url, alt, imageId ?? null, variantIds];
}

/** The options with the values that the file adds; values that are sold already stay. */
function mergeOptions(existing: readonly ProductOption[], wanted: readonly ProductOption[]): ProductOption[] {
  const merged = existing.map(({ name, values }) => {
    const more = wanted.find((option) => option.name === name)?.values ?? [];
    return { name, values: [...new Set([...values, ...more])] };
  });
  const added = wanted.filter(({ name }) => !existing.some((option) => option.name === name));
  return [...merged, ...added];
}
