import { z } from 'zod';
import { IdSchema, TimestampSchema } from '../../../common/text/text.schema.js';
import { CreateProductSchema, type CreateProduct } from '../product.schema.js';
import type { RowError } from './import.schema.js';
import type { ImageDraft, ProductGroup } from './product-group.js';
import { ProductPartsSchema, type ProductParts } from './product-parts.schema.js';

/** An image that a file wants a product to show. */
export interface WantedImage {
  readonly url: string;
  readonly alt: string | null;
  /** The image in the shop that wrote the file; perhaps this one. */
  readonly imageId?: string;
  /** The variants that it shows; where a file does not say, those that it shows already. */
  readonly skus?: readonly string[];
}

/** A product to be made or brought up to date, found by its slug. */
export type ProductUpsert = Omit<CreateProduct, 'state' | 'images' | 'slug' | 'publishAt' | 'unpublishAt'> & {
  readonly slug: string;
  /** What it is beside the body that makes it. */
  readonly parts: ProductParts;
  readonly state: ProductGroup['state'];
  readonly images: readonly WantedImage[];
  readonly publishAt: Date | null;
  readonly unpublishAt: Date | null;
  /** The fields that the file names; the others stay as they are. */
  readonly named: ReadonlySet<string>;
};

/** A group of lines that was checked: a product, or what is wrong with it. */
export interface CheckedGroup {
  readonly group: ProductGroup;
  readonly upsert: ProductUpsert | null;
  readonly errors: readonly RowError[];
}

/** Where the images of this shop, and of its like, are. */
const OWN_IMAGE = /^\/v1\/images\/([0-9a-f-]{36})\/large\.jpg$/;
/** What a file says of a product beside the body that makes it. */
const PART_FIELDS = ['productType', 'searchBoost'] as const;
/** Stands for such an address where an address of the web is wanted. */
const PLACEHOLDER = 'https://image.invalid/';

const ImageMoreSchema = z.object({
  imageId: IdSchema.nullish(),
  skus: z.array(z.string().max(100)).max(250).optional(),
});
const MomentSchema = TimestampSchema.nullish();

/** The id of the image that an address within this API names, or none. */
export function ownImageId(url: string): string | undefined {
  return OWN_IMAGE.exec(url)?.[1];
}

/** Checks a group against the same schema as a product that staff make by hand. */
export function checkGroup(group: ProductGroup, now: Date): CheckedGroup {
  const { product, state } = group;
  if (!product) return { group, upsert: null, errors: group.errors };
  const parsed = CreateProductSchema.safeParse(toBody(product, state));
  const images = parsed.success ? checkImages(product.images, parsed.data.images) : null;
  const published = state === 'draft' ? null : MomentSchema.safeParse(product.publishAt);
  const { parts, issues: partIssues } = checkParts(product);
  const issues = [...(parsed.error?.issues ?? []), ...(images?.issues ?? []), ...publishIssues(published, state, now), ...partIssues];
  if (!parsed.success || !images || issues.length > 0) {
    return { group, upsert: null, errors: [...group.errors, ...issues.map((issue) => toRowError(group, issue))] };
  }
  const publishAt = published ? published.data : parsed.data.publishAt;
  const upsert = {
    ...parsed.data,
    slug: product.slug,
    state,
    images: images.wanted,
    variants: parsed.data.variants.map((variant, index) => withOwnImage(variant, product.variants[index]?.imageUrl)),
    parts,
    publishAt: toMoment(publishAt),
    unpublishAt: toMoment(parsed.data.unpublishAt),
    named: new Set(Object.keys(product)),
  };
  return { group, upsert, errors: group.errors };
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function toRowError(group: ProductGroup, { path, message }: Issue): RowError {
  const line = path[0] === 'variants' ? (group.variantLines[Number(path[1])] ?? group.line) : group.line;
  return { line, field: path.map(String).join('.') || null, detail: message };
}

/** The body as staff would send it: with addresses of the web, and the time of a draft alone. */
function toBody(draft: NonNullable<ProductGroup['product']>, state: ProductGroup['state']): object {
  const { publishAt, productType: _, searchBoost: __, ...product } = draft;
  return {
    ...product,
    ...(state === 'draft' ? { state, ...(publishAt === undefined ? {} : { publishAt }) } : {}),
    variants: product.variants.map((variant) => (isOwn(variant.imageUrl) ? { ...variant, imageUrl: PLACEHOLDER } : variant)),
    ...(Array.isArray(product.images) ? { images: product.images.map(toPlainImage) } : {}),
  };
}

interface CheckedParts {
  readonly parts: ProductParts;
  readonly issues: readonly Issue[];
}

const NO_PARTS: CheckedParts = { parts: {}, issues: [] };

/** Checks what a file says beside the body that makes a product. */
function checkParts(product: NonNullable<ProductGroup['product']>): CheckedParts {
  if (!PART_FIELDS.some((field) => field in product)) return NO_PARTS;
  const { productType, searchBoost } = product;
  const parsed = ProductPartsSchema.safeParse({ productType, searchBoost });
  const issues: Issue[] = [...(parsed.error?.issues ?? [])];
  if (productType !== undefined && product.productTypeId !== undefined) {
    issues.push({ path: ['productType'], message: 'is named twice: as productTypeId as well' });
  }
  return { parts: parsed.data ?? {}, issues };
}

function toPlainImage(image: unknown): unknown {
  if (typeof image !== 'object' || image === null) return image;
  const { imageId: _, skus: __, ...rest } = image as ImageDraft;
  return isOwn(rest.url) ? { ...rest, url: PLACEHOLDER } : rest;
}

function isOwn(url: unknown): boolean {
  return typeof url === 'string' && ownImageId(url) !== undefined;
}

function withOwnImage<V extends { imageUrl?: string | undefined }>(variant: V, imageUrl: unknown): V {
  return variant.imageUrl === PLACEHOLDER ? { ...variant, imageUrl: String(imageUrl) } : variant;
}

function checkImages(drafts: unknown, plain: CreateProduct['images']): { wanted: WantedImage[]; issues: Issue[] } {
  const issues: Issue[] = [];
  const wanted = plain.map(({ url, alt }, index) => {
    const draft = (drafts as ImageDraft[])[index] ?? {};
    const more = ImageMoreSchema.safeParse(draft);
    const faults = more.error?.issues ?? [];
    issues.push(...faults.map(({ path, message }) => ({ path: ['images', index, ...path], message })));
    const given = url === PLACEHOLDER ? String(draft.url) : url;
    const imageId = more.data?.imageId ?? ownImageId(given);
    const skus = more.data?.skus;
    return { url: given, alt, ...(imageId === undefined ? {} : { imageId }), ...(skus === undefined ? {} : { skus }) };
  });
  return { wanted, issues };
}

/** What has been on sale may say since when; what is on sale cannot wait for it. */
function publishIssues(
  published: ReturnType<typeof MomentSchema.safeParse> | null,
  state: ProductGroup['state'],
  now: Date,
): Issue[] {
  if (!published) return [];
  const faults = published.error?.issues ?? [];
  const waits = state === 'active' && typeof published.data === 'string' && new Date(published.data) > now;
  return [
    ...faults.map(({ message }) => ({ path: ['publishAt'], message })),
    ...(waits ? [{ path: ['publishAt'], message: 'is for drafts alone' }] : []),
  ];
}

function toMoment(written: string | null | undefined): Date | null {
  return typeof written === 'string' ? new Date(written) : null;
}
