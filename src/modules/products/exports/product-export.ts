import { minorUnitDigits } from '../../../common/money/money.js';
import type { ProductImage } from '../product.entity.js';
import type { ProductRead, VariantRead } from '../product-columns.js';
import type { ProductOfFile } from '../product-reads.repository.js';
import { toldTranslations } from '../translations/told-translations.js';

/** The columns of a product file of Shopify, in the order in which it writes them. */
const COLUMNS = [
  ...['Handle', 'Title', 'Body (HTML)', 'Vendor', 'Type', 'Tags', 'Published'],
  ...['Option1 Name', 'Option1 Value', 'Option2 Name', 'Option2 Value', 'Option3 Name', 'Option3 Value'],
  ...['Variant SKU', 'Variant Grams', 'Variant Inventory Tracker', 'Variant Inventory Qty', 'Variant Inventory Policy'],
  ...['Variant Fulfillment Service', 'Variant Price', 'Variant Compare At Price', 'Variant Requires Shipping'],
  ...['Variant Taxable', 'Variant Barcode', 'Image Src', 'Image Position', 'Image Alt Text', 'Gift Card', 'SEO Title'],
  ...['SEO Description', 'Google Shopping / Google Product Category', 'Google Shopping / Gender'],
  ...['Google Shopping / Age Group', 'Google Shopping / MPN', 'Google Shopping / AdWords Grouping'],
  ...['Google Shopping / AdWords Labels', 'Google Shopping / Condition', 'Google Shopping / Custom Product'],
  ...[0, 1, 2, 3, 4].map((n) => `Google Shopping / Custom Label ${String(n)}`),
  ...['Variant Image', 'Variant Weight Unit', 'Variant Tax Code'],
];

type Cells = Readonly<Record<string, string | number | null>>;

/** The first line of a CSV file. */
export const CSV_HEADER = toLine(COLUMNS);

/** The languages and currencies of a shop: of those that it has several of, a file tells the further ones. */
export interface ShopWords {
  readonly locales: readonly string[];
  readonly currencies: readonly string[];
}

/** A product as a line of NDJSON: the body that makes it, with its id, state and stock, and what it is beside. */
export function toNdjson(product: ProductOfFile, { locales, currencies }: ShopWords): string {
  const { id, state, slug, title, description, vendor, category, tags, options } = product;
  const { seo, metadata, externalReference, searchBoost, publishAt, unpublishAt, productType } = product;
  const attributes = Object.fromEntries((product.attributes ?? []).map(({ code, value }) => [code, value]));
  const skus = new Map(product.variants.map((variant) => [variant.id, variant.sku]));
  const line = {
    ...{ id, state, slug, title, description, vendor, category, tags },
    images: product.images.map((image) => toImage(image, skus)),
    options,
    ...{ seo, metadata, externalReference, searchBoost, publishAt, unpublishAt },
    ...{ productType: productType && { code: productType.code }, attributes },
    ...(locales.length > 1 ? { translations: toldTranslations(options, product.texts) } : {}),
    variants: product.variants.map((variant) => ({
      ...toVariant(variant),
      ...(currencies.length > 1 ? { prices: (variant.prices ?? []).filter(({ currency }) => currencies.includes(currency)) } : {}),
    })),
  };
  return `${JSON.stringify(line)}\n`;
}

/** An image of this shop has no address that another shop could reach by itself, but a name. */
function toImage({ url, alt, imageId, variantIds = [] }: ProductImage, skus: ReadonlyMap<string, string>): object {
  const shown = variantIds.flatMap((id) => skus.get(id) ?? []);
  return { url, alt, ...(imageId === undefined ? {} : { imageId }), ...(shown.length > 0 ? { skus: shown } : {}) };
}

function toVariant(variant: VariantRead): object {
  const { sku, priceAmount, compareAtAmount, currency, onHand, options } = variant;
  const { barcode, gtin, weightGrams, lengthMm, widthMm, heightMm, imageUrl } = variant;
  const more = Object.entries({ barcode, gtin, weightGrams, lengthMm, widthMm, heightMm, imageUrl });
  return {
    sku,
    price: { amount: priceAmount, currency },
    ...(compareAtAmount === null ? {} : { compareAtPrice: { amount: compareAtAmount, currency } }),
    stock: onHand,
    options,
    ...Object.fromEntries(more.filter(([, value]) => value !== null)),
  };
}

/** A product as lines of CSV: the first names it, each holds a variant and an image while there are any. */
export function toShopifyCsv(product: ProductRead): string {
  const { variants, images } = product;
  const lines = Array.from({ length: Math.max(1, variants.length, images.length) }, (_, index) => {
    const cells: Cells = {
      Handle: product.slug,
      ...(index === 0 ? productCells(product) : {}),
      ...variantCells(product, variants[index]),
      ...imageCells(product, index),
    };
    return toLine(COLUMNS.map((column) => cells[column] ?? ''));
  });
  return lines.join('');
}

function productCells({ title, description, vendor, category, tags, state, options }: ProductRead): Cells {
  const named = options.slice(0, 3).map(({ name }, index) => [`Option${String(index + 1)} Name`, name]);
  return {
    Title: title,
    'Body (HTML)': description,
    Vendor: vendor,
    Type: category,
    Tags: tags.join(', '),
    Published: String(state === 'active'),
    ...(options.length > 0 ? (Object.fromEntries(named) as Cells) : { 'Option1 Name': 'Title' }),
    'Gift Card': 'false',
  };
}

function variantCells({ options }: ProductRead, variant: VariantRead | undefined): Cells {
  if (!variant) return {};
  const chosen = options.slice(0, 3).map(({ name }, index) => [`Option${String(index + 1)} Value`, variant.options[name]]);
  return {
    ...(options.length > 0 ? (Object.fromEntries(chosen) as Cells) : { 'Option1 Value': 'Default Title' }),
    'Variant SKU': variant.sku,
    'Variant Grams': variant.weightGrams,
    'Variant Inventory Tracker': 'shopify',
    'Variant Inventory Qty': variant.onHand,
    'Variant Inventory Policy': 'deny',
    'Variant Fulfillment Service': 'manual',
    'Variant Price': toDecimal(variant.priceAmount, variant.currency),
    'Variant Compare At Price':
      variant.compareAtAmount === null ? null : toDecimal(variant.compareAtAmount, variant.currency),
    'Variant Requires Shipping': 'true',
    'Variant Taxable': 'true',
    'Variant Barcode': variant.barcode,
    'Variant Image': variant.imageUrl,
    'Variant Weight Unit': 'g',
  };
}

function imageCells({ images }: ProductRead, index: number): Cells {
  const image = images[index];
  return image ? { 'Image Src': image.url, 'Image Position': index + 1, 'Image Alt Text': image.alt } : {};
}

function toDecimal(amount: number, currency: string): string {
  const digits = minorUnitDigits(currency);
  const text = String(amount).padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

function toLine(cells: readonly (string | number)[]): string {
  return `${cells.map((cell) => quote(String(cell))).join(',')}\n`;
}

function quote(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
