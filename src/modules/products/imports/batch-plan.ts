import { v7 as uuidv7 } from 'uuid';
import { problem, type Problem } from '../../../common/problems/problem.js';
import { saleTimesFault } from '../lifecycle/sale.schema.js';
import type { VariantPriceEntity } from '../prices/variant-price.entity.js';
import type { ProductTypeEntity } from '../product-types/product-type.entity.js';
import { columnsOfFile, type TypedColumns } from '../product-types/typed-product.js';
import type { ProductEntity, ProductImage } from '../product.entity.js';
import type { NewVariant } from '../product.schema.js';
import type { ProductChanges } from '../products.repository.js';
import type { ProductTranslationEntity } from '../translations/product-translation.entity.js';
import type { VariantEntity } from '../variant.entity.js';
import { combinationKey } from '../variants/variant-combinations.js';
import { toVariantRow } from '../variants/variant-row.js';
import type { ProductUpsert } from './checked-product.js';
import { productChanges, variantChanges } from './product-differences.js';
import { NOTHING, planPrices, planTranslations, problemFault, toFault, type Fault, type PartPlan } from './product-parts.js';

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
  /** Texts by product, where a file names some. */
  readonly translationsOf: ReadonlyMap<string, readonly ProductTranslationEntity[]>;
  /** Prices in further currencies by variant, where a file names some. */
  readonly pricesOf: ReadonlyMap<string, readonly VariantPriceEntity[]>;
  /** The further languages of the shop. */
  readonly languages: readonly string[];
  readonly currencies: readonly string[];
}

/** The images of a product as its row keeps them, and what is wrong with the others. */
export interface ShownImages {
  readonly images: readonly ProductImage[];
  readonly variants: readonly NewVariant[];
  readonly faults: readonly Fault[];
}

/** What is to be done with one product. */
export interface ProductPlan {
  readonly id: string;
  readonly kind: 'created' | 'updated' | 'unchanged';
  /** The row to be added, or what the row is to become. */
  readonly product: ProductEntity;
  readonly added: readonly { readonly row: VariantEntity; readonly stock: number }[];
  readonly changed: readonly VariantEntity[];
  readonly translations: PartPlan<ProductTranslationEntity>;
  readonly prices: readonly PartPlan<VariantPriceEntity>[];
  readonly faults: readonly Fault[];
}

type PlanOfRow = Omit<ProductPlan, 'translations' | 'prices'>;

/** What is to be done with a product, or why it cannot be. */
export function planProduct(upsert: ProductUpsert, state: BatchState, now: Date): ProductPlan | readonly Fault[] {
  const existing = state.bySlug.get(upsert.slug);
  const refusal = refusalOf(upsert, existing, state);
  if (refusal) return [problemFault(null, refusal)];
  const productTypeId = typeIdOf(upsert, state);
  if (productTypeId === 'unknown') return [{ field: 'productType.code', detail: 'is no product type' }];
  const typed = columnsOfFile(existing ?? null, { productTypeId, attributes: upsert.attributes }, state.types);
  if (typed.faults.length > 0) return typed.faults.map((fault) => toFault(fault));
  const planned = existing
    ? planUpdate({ ...upsert, ...typed.columns }, existing, { ...state, typed: typed.columns }, now)
    : planInsert({ ...upsert, ...typed.columns }, state, now);
  return 'kind' in planned ? withParts(planned, upsert, state, now) : [planned];
}

/** The type that a file names, by its id or its code. */
function typeIdOf({ productTypeId, parts: { productType } }: ProductUpsert, { types }: BatchState): string | null | undefined {
  if (!productType) return productType === null ? null : productTypeId;
  for (const { id, code } of types.values()) if (code === productType.code) return id;
  return 'unknown';
}

/** A plan with what is beside the rows of product and variants. */
function withParts(plan: PlanOfRow, upsert: ProductUpsert, state: BatchState, now: Date): ProductPlan | readonly Fault[] {
  if (upsert.translations === undefined && !upsert.variants.some(({ prices }) => prices)) {
    return { ...plan, translations: NOTHING, prices: [] };
  }
  const { id, product, added } = plan;
  const owner = { id, options: product.options, translations: state.translationsOf.get(id) ?? [] };
  const translations = planTranslations(upsert.translations, owner, state.languages, now);
  const fresh = new Map(added.map(({ row }) => [row.sku, row.id]));
  const prices = upsert.variants.flatMap((variant, index) => {
    const variantId = state.bySku.get(variant.sku)?.id ?? fresh.get(variant.sku);
    if (variant.prices === undefined || variantId === undefined) return [];
    return [planPrices({ wanted: variant.prices, place: `/variants/${String(index)}`, id: variantId, prices: state.pricesOf.get(variantId) ?? [] }, state.currencies, now)];
  });
  const parts = [translations, ...prices];
  const faults = parts.flatMap((part) => part.faults.map(toFault));
  if (faults.length > 0) return faults;
  const isChanged = parts.some(({ put, gone }) => put.length + gone.length > 0);
  return { ...plan, kind: isChanged && plan.kind === 'unchanged' ? 'updated' : plan.kind, translations, prices };
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

function planInsert(upsert: ProductUpsert, state: BatchState, now: Date): PlanOfRow {
  const id = uuidv7();
  const { named: _, variants: __, translations: ___, parts, ...columns } = upsert;
  const ids = new Map(upsert.variants.map(({ sku }) => [sku, uuidv7()]));
  const { images, variants, faults } = state.showImages(upsert, (sku) => ids.get(sku));
  const typed = { productTypeId: upsert.productTypeId ?? null, attributes: upsert.attributes ?? {} };
  const searchBoost = parts.searchBoost ?? 0;
  const product = { ...columns, ...typed, searchBoost, images: [...images], id, version: 1, createdAt: now, updatedAt: now };
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
): PlanOfRow | Fault {
  const { id } = existing;
  const present = state.variantsOf.get(id) ?? [];
  const ids = new Map(present.map((row) => [row.sku, row.id]));
  for (const { sku } of upsert.variants) ids.set(sku, ids.get(sku) ?? uuidv7());
  const { images, variants, faults } = state.showImages(upsert, (sku) => ids.get(sku));
  const fresh = variants.filter(({ sku }) => !state.bySku.has(sku));
  const combinations = new Set(present.map(({ options }) => combinationKey(options)));
  if (fresh.some(({ options }) => combinations.has(combinationKey(options)))) {
    return problemFault(null, problem('duplicate_options'));
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
  const { searchBoost } = upsert.parts;
  const changes = Object.fromEntries(named.filter(([field, value]) => !isSameMoment(existing[field as 'publishAt'], value)));
  return searchBoost === undefined ? changes : { ...changes, searchBoost };
}

function isSameMoment(present: unknown, wanted: unknown): boolean {
  return present instanceof Date && wanted instanceof Date && present.getTime() === wanted.getTime();
}

function timesOf(existing: ProductEntity, more: ProductChanges): { publishAt: Date | null; unpublishAt: Date | null } {
  const { publishAt = existing.publishAt, unpublishAt = existing.unpublishAt } = more;
  return { publishAt: existing.state === 'draft' ? publishAt : null, unpublishAt };
}
