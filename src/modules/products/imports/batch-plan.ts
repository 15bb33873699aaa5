import { v7 as uuidv7 } from 'uuid';
import { problem, type Problem } from '../../../common/problems/problem.js';
import { saleTimesFault } from '../lifecycle/sale.schema.js';
import type { ProductTypeEntity } from '../product-types/product-type.entity.js';
import { columnsOfFile, type TypedColumns } from '../product-types/typed-product.js';
import type { ProductEntity, ProductImage } from '../product.entity.js';
import type { NewVariant } from '../product.schema.js';
import type { ProductChanges } from '../products.repository.js';
import type { VariantEntity } from '../variant.entity.js';
import { combinationKey } from '../variants/variant-combinations.js';
import { toVariantRow } from '../variants/variant-row.js';
import type { ProductUpsert } from './checked-product.js';
import { productChanges, variantChanges } from './product-differences.js';

/** What there is of the products of a batch. */
export interface BatchState {
  readonly bySlug: ReadonlyMap<string, ProductEntity>;
  readonly bySku: ReadonlyMap<string, VariantEntity>;
  readonly variantsOf: ReadonlyMap<string, readonly VariantEntity[]>;
  /** Ids of products by external reference. */
  readonly references: ReadonlyMap<string, string>;
  readonly showImages: (product: ProductUpsert, idOfSku: (sku: string) => string | undefined) => ShownImages;
  /** The product types that the products have or are to have, by id. */
  readonly types: ReadonlyMap<string, ProductTypeEntity>;
}

/** The images of a product as its row keeps them, and what is wrong with the others. */
export interface ShownImages {
  readonly images: readonly ProductImage[];
  readonly variants: readonly NewVariant[];
  readonly faults: readonly Fault[];
}

/** What is wrong with a field of a product. */
export interface Fault {
  readonly field: string | null;
  readonly detail: string;
}

/** What is to be done with one product. */
export interface ProductPlan {
  readonly id: string;
  readonly kind: 'created' | 'updated' | 'unchanged';
  /** The row to be added, or what the row is to become. */
  readonly product: ProductEntity;
  readonly added: readonly { readonly row: VariantEntity; readonly stock: number }[];
  readonly changed: readonly VariantEntity[];
  readonly faults: readonly Fault[];
}

/** What is to be done with a product, or why it cannot be. */
export function planProduct(upsert: ProductUpsert, state: BatchState, now: Date): ProductPlan | readonly Fault[] {
  const existing = state.bySlug.get(upsert.slug);
  const refusal = refusalOf(upsert, existing, state);
  if (refusal) return [{ field: null, detail: `${refusal.code}: ${refusal.message}` }];
  const typed = columnsOfFile(existing ?? null, upsert, state.types);
  if (typed.faults.length > 0) {
    return typed.faults.map(({ pointer, detail }) => ({ field: pointer.slice(1).replaceAll('/', '.'), detail }));
  }
  const planned = existing
    ? planUpdate({ ...upsert, ...typed.columns }, existing, { ...state, typed: typed.columns }, now)
    : planInsert({ ...upsert, ...typed.columns }, state, now);
  return 'kind' in planned ? planned : [planned];
}

function refusalOf(upsert: ProductUpsert, existing: ProductEntity | undefined, state: BatchState): Problem | null {
  const stolen = upsert.variants.some(({ sku }) => {
    const row = state.bySku.get(sku);
    return row !== undefined && row.productId !== existing?.id;
  });
  if (stolen) return problem('sku_taken');
  const holder = upsert.externalReference === null ? undefined : state.references.get(upsert.externalReference);
  return holder !== undefined && holder !== existing?.id ? problem('external_reference_taken') : null;
}

function planInsert(upsert: ProductUpsert, state: BatchState, now: Date): ProductPlan {
  const id = uuidv7();
  const { named: _, variants: __, ...columns } = upsert;
  const ids = new Map(upsert.variants.map(({ sku }) => [sku, uuidv7()]));
  const { images, variants, faults } = state.showImages(upsert, (sku) => ids.get(sku));
  const typed = { productTypeId: upsert.productTypeId ?? null, attributes: upsert.attributes ?? {} };
  const product = { ...columns, ...typed, searchBoost: 0, images: [...images], id, version: 1, createdAt: now, updatedAt: now };
  const added = variants.map((variant, index) => ({
    row: withChanges(toVariantRow(variant, { productId: id, position: index, now }), { id: ids.get(variant.sku) ?? uuidv7() }),
    stock: variant.stock,
  }));
  return { id, kind: 'created', product, added, changed: [], faults };
}

function planUpdate(
  upsert: ProductUpsert,
  existing: ProductEntity,
  state: BatchState & { readonly typed: Partial<TypedColumns> },
  now: Date,
): ProductPlan | Fault {
  const { id } = existing;
  const present = state.variantsOf.get(id) ?? [];
  const ids = new Map(present.map((row) => [row.sku, row.id]));
  for (const { sku } of upsert.variants) ids.set(sku, ids.get(sku) ?? uuidv7());
  const { images, variants, faults } = state.showImages(upsert, (sku) => ids.get(sku));
  const fresh = variants.filter(({ sku }) => !state.bySku.has(sku));
  const combinations = new Set(present.map(({ options }) => combinationKey(options)));
  if (fresh.some(({ options }) => combinations.has(combinationKey(options)))) {
    const { code, message } = problem('duplicate_options');
    return { field: null, detail: `${code}: ${message}` };
  }
  const more = namedChanges(upsert, existing);
  const timesFault = saleTimesFault({ state: existing.state, ...timesOf(existing, more) });
  if (timesFault && (more.publishAt !== undefined || more.unpublishAt !== undefined)) {
    return { field: timesFault.field, detail: timesFault.message };
  }
  const changed = variants.flatMap((variant) => {
    const row = state.bySku.get(variant.sku);
    const changes = row ? variantChanges(row, variant) : {};
    return row && Object.keys(changes).length > 0 ? [withChanges(row, changes)] : [];
  });
  const changes = productChanges(existing, { ...upsert, images }, { ...more, ...state.typed });
  const position = (present.at(-1)?.position ?? -1) + 1;
  const added = fresh.map((variant, index) => ({
    row: withChanges(toVariantRow(variant, { productId: id, position: position + index, now }), { id: ids.get(variant.sku) ?? uuidv7() }),
    stock: variant.stock,
  }));
  const isChanged = added.length + changed.length + Object.keys(changes).length > 0;
  return { id, kind: isChanged ? 'updated' : 'unchanged', product: withChanges(existing, changes), added, changed, faults };
}

function withChanges<R extends object>(row: R, changes: Partial<NoInfer<R>>): R {
  return Object.assign({}, row, changes);
}

/** What only some files name; when a product goes on sale is for drafts alone. */
function namedChanges(upsert: ProductUpsert, existing: ProductEntity): ProductChanges {
  const { seo, metadata, externalReference, publishAt, unpublishAt } = upsert;
  const isDraft = existing.state === 'draft' && upsert.state === 'draft';
  const all = { seo, metadata, externalReference, unpublishAt, ...(isDraft ? { publishAt } : {}) };
  const named = Object.entries(all).filter(([field]) => upsert.named.has(field));
  return Object.fromEntries(named.filter(([field, value]) => !isSameMoment(existing[field as 'publishAt'], value)));
}

function isSameMoment(present: unknown, wanted: unknown): boolean {
  return present instanceof Date && wanted instanceof Date && present.getTime() === wanted.getTime();
}

function timesOf(existing: ProductEntity, more: ProductChanges): { publishAt: Date | null; unpublishAt: Date | null } {
  const { publishAt = existing.publishAt, unpublishAt = existing.unpublishAt } = more;
  return { publishAt: existing.state === 'draft' ? publishAt : null, unpublishAt };
}
