import { Injectable } from '@nestjs/common';
import { decodeCursor, listFingerprint } from '../../common/pagination/cursor.js';
import { toPage, type Page } from '../../common/pagination/page.schema.js';
import { Config } from '../../../config/config.js';
import { Database } from '../../infrastructure/database/database.js';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import type { AnswerView } from '../../infrastructure/http/answer-view.js';
import { dueDraftCondition, notOverCondition, onSaleCondition } from './lifecycle/on-sale.js';
import type { ProductAttribute, ProductTypeReference } from './product-types/attribute.schema.js';
import type { ProductImage, ProductMetadata, ProductOption, ProductSeo } from './product.entity.js';
import type { AdminListProducts, ProductReference } from './product.schema.js';
import type { ProductState } from './product.state.js';
import { hasPriceIn, joinedVariants, joinPriceIn, priceIn, type FurtherPrice, type VariantPrices } from './prices/price-columns.js';
import { staffPageStatement } from './search/staff-page-statement.js';
import type { ToldTranslation } from './translations/told-translations.js';
import {
  inLanguages, lineTextColumns, lineTitles, textsColumn, translationsColumn, type LineTexts, type TextsByLocale,
} from './translations/translated-product.js';

/** A variant as a read joins it, with its stock. */
export interface VariantRead {
  readonly id: string;
  readonly sku: string;
  readonly title: string;
  readonly options: Record<string, string>;
  readonly priceAmount: number;
  readonly currency: string;
  readonly compareAtAmount: number | null;
  readonly barcode: string | null;
  readonly gtin: string | null;
  readonly weightGrams: number | null;
  readonly lengthMm: number | null;
  readonly widthMm: number | null;
  readonly heightMm: number | null;
  readonly imageUrl: string | null;
  readonly onHand: number;
  readonly reserved: number;
  /** Its prices in further currencies; for staff alone, where the shop has several. */
  readonly prices?: FurtherPrice[];
}

/** A product as a read joins it. */
export interface ProductRead {
  readonly id: string;
  readonly slug: string;
  readonly title: string;
  readonly description: string;
  readonly vendor: string | null;
  readonly category: string | null;
  readonly tags: string[];
  readonly options: ProductOption[];
  readonly images: ProductImage[];
  readonly seo: ProductSeo;
  readonly metadata: ProductMetadata;
  readonly externalReference: string | null;
  readonly searchBoost: number;
  readonly state: ProductState;
  readonly publishAt: Date | null;
  readonly unpublishAt: Date | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly productType: ProductTypeReference | null;
  /** `null` for a product of no type. */
  readonly attributes: ProductAttribute[] | null;
  readonly variants: VariantRead[];
  /** Its texts in the languages that were asked for; not there where none was. */
  readonly translations?: TextsByLocale | null;
}

/** A product with all that there is to tell of it, for a file. */
export interface ProductOfFile extends ProductRead {
  /** Its texts in the further languages of the shop. */
  readonly texts: ToldTranslation[];
}

/** A variant as it is sold: its price and whether its product is on sale. */
export interface SaleVariant {
  readonly id: string;
  readonly productId: string;
  readonly sku: string;
  readonly title: string;
  readonly productTitle: string;
  readonly priceAmount: number;
  readonly currency: string;
}

/** What a list selects; words are searched for in the staff's list alone, among products of all states. */
export type ProductFilter = Omit<AdminListProducts, 'state'> & { readonly state: ProductState | undefined };

/** A further condition of a list. */
export interface ProductSelection {
  /** Names the list, so that a cursor fits no other. */
  readonly name: string;
  /** The SQL condition on the product `p`; `bind` takes a value and answers its parameter. */
  readonly condition: (bind: (value: unknown) => string) => string;
}

/** The columns of a `ProductRead`, but its description, of the row `p` that is joined with its variants. */
export const PRODUCT_COLUMNS = `p.id, p.slug, p.title, p.vendor, p.category, p.tags, p.options, p.images,
  p.seo, p.metadata, p.external_reference AS "externalReference", p.search_boost AS "searchBoost", typed."productType", typed.attributes,
  p.state, p.publish_at AS "publishAt", p.unpublish_at AS "unpublishAt", p.version, p.created_at AS "createdAt", p.updated_at AS "updatedAt"`;

const SORTS = {
  '-createdAt': { column: 'created_at', type: 'timestamptz', direction: 'DESC', after: '<' },
  createdAt: { column: 'created_at', type: 'timestamptz', direction: 'ASC', after: '>' },
  title: { column: 'title', type: 'text', direction: 'ASC', after: '>' },
  '-title': { column: 'title', type: 'text', direction: 'DESC', after: '<' },
} as const;

/** Which of the products a list is about; all of them when nothing is said. */
export interface ProductChoice {
  /** The moment at which they must be on sale. */
  readonly onSaleAt?: Date;
  readonly selection?: ProductSelection;
  /** The language and currency of the answer; as staff see them when it is left out. */
  readonly view?: AnswerView;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads products; each read is one statement. */
@Injectable()
export class ProductReadsRepository {
  private readonly forStaff: VariantPrices;
  /** The further languages of the shop. */
  private readonly languages: readonly string[];

  constructor(
    private readonly database: Database,
    { shop }: Config,
  ) {
    this.forStaff = shop.currencies.length > 1 ? { further: true } : {};
    this.languages = shop.locales.slice(1);
  }

  /**
   * A product by id or slug; `null` when there is none.
   *
   * @param onSaleAt the moment at which it must be on sale; any product when left out
   * @param view its language and currency; without a variant that has a price in it there is none
   */
  async find(idOrSlug: string, onSaleAt?: Date, view?: AnswerView): Promise<ProductRead | null> {
    const [row] = await this.database.query<ProductRead>(...this.findStatement(idOrSlug, onSaleAt, view));
    if (!row || !view) return row ?? null;
    return view.currency !== null && row.variants.length === 0 ? null : inLanguages(row, view.languages);
  }

  /** The same within a transaction, to answer what it has just written. */
  async findIn(tx: Transaction, id: string): Promise<ProductRead | null> {
    const [row] = await tx.query<ProductRead>(...this.findStatement(id));
    return row ?? null;
  }

  /**
   * A page of products without their descriptions. Walks the index of the sort; the
   * page's rows are chosen first and joined with their variants after.
   */
  async list<T>(
    filter: ProductFilter,
    map: (row: ProductRead) => T,
    { onSaleAt, selection, view }: ProductChoice = {},
  ): Promise<Page<T>> {
    const { limit, cursor, ...filters } = filter;
    const fingerprint = listFingerprint({ ...filters, selection: selection?.name });
    const sort = SORTS[filter.sort];
    const { conditions, values } = conditionsOf(filter);
    if (selection) conditions.push(selection.condition((value) => `$${String(values.push(value))}`));
    if (cursor !== undefined) {
      const { value, id } = decodeCursor(fingerprint, cursor, sort.type);
      const [valueIndex, idIndex] = [values.push(value), values.push(id)];
      conditions.push(`(p.${sort.column}, p.id) ${sort.after} ($${String(valueIndex)}::${sort.type}, $${String(idIndex)}::uuid)`);
    }
    const order = `${sort.column} ${sort.direction}, id ${sort.direction}`;
    const now = onSaleAt && `$${String(values.push(onSaleAt))}`;
    const limited = `ORDER BY ${order} LIMIT $${String(values.push(limit + 1))}`;
    const { translations, variants } = this.partsOf(view, values);
    const page =
      filter.q === undefined
        ? pageStatement(conditions, limited, now)
        : staffPageStatement(filter.q, { conditions, limited, bind: (value) => `$${String(values.push(value))}` });
    const sql = `SELECT ${PRODUCT_COLUMNS}, '' AS description, variants.variants${translations}
       FROM (${page}) p
       CROSS JOIN ${variants} ORDER BY p.${sort.column} ${sort.direction}, p.id ${sort.direction}`;
    const rows = await (filter.q === undefined
      ? this.database.query<ProductRead>(sql, values)
      : this.database.queryAsPlanned<ProductRead & { [column: string]: unknown }>(sql, values));
    return toPage(
      rows,
      limit,
      fingerprint,
      (row) => ({ value: sort.column === 'title' ? row.title : row.createdAt.toISOString(), id: row.id }),
      (row) => map(inLanguages(row, view?.languages ?? [])),
    );
  }

  /** The given products that are on sale, in the order of their ids. */
  async listOnSale(ids: readonly string[], now: Date, view: AnswerView): Promise<ProductRead[]> {
    const values: unknown[] = [ids, now];
    const { translations, variants } = this.partsOf(view, values);
    const rows = await this.database.query<ProductRead>(
      `SELECT ${PRODUCT_COLUMNS}, '' AS description, variants.variants${translations}
       FROM unnest($1::uuid[]) WITH ORDINALITY AS chosen (id, place)
       JOIN products p ON p.id = chosen.id AND ${onSaleCondition('$2')}
       CROSS JOIN ${variants} ORDER BY chosen.place`,
      values,
    );
    return rows.map((row) => inLanguages(row, view.languages));
  }

  /** Up to `limit` products of any state after one of them, in the order of their ids. */
  listAfter(id: string | undefined, limit: number): Promise<ProductOfFile[]> {
    const values: unknown[] = [id ?? '00000000-0000-0000-0000-000000000000', limit];
    const texts = this.languages.length === 0 ? `'[]'::json` : textsColumn(`$${String(values.push(this.languages))}`);
    return this.database.query<ProductOfFile & { [column: string]: unknown }>(
      `SELECT ${PRODUCT_COLUMNS}, p.description, ${texts} AS texts, variants.variants
       FROM (SELECT * FROM products WHERE id > $1 ORDER BY id LIMIT $2) p
       CROSS JOIN ${joinedVariants(this.forStaff)} ORDER BY p.id`,
      values,
    );
  }

  /** What lines show of the given products, in no order; products that are off sale as well. */
  listReferences(ids: readonly string[], { languages }: Pick<AnswerView, 'languages'>): Promise<ProductReference[]> {
    if (languages.length === 0) {
      return this.database.query<ProductReference & { [column: string]: unknown }>(
        `SELECT id, slug, title, images->0->>'url' AS "imageUrl" FROM products WHERE id = ANY($1::uuid[])`,
        [ids],
      );
    }
    return this.database.query<ProductReference & { [column: string]: unknown }>(
      `SELECT p.id, p.slug, coalesce((
         SELECT t.title FROM product_translations t
         WHERE t.product_id = p.id AND t.locale = ANY($2::text[]) AND t.title IS NOT NULL
         ORDER BY array_position($2::text[], t.locale) LIMIT 1
       ), p.title) AS title, p.images->0->>'url' AS "imageUrl" FROM products p WHERE p.id = ANY($1::uuid[])`,
      [ids, languages],
    );
  }

  /**
   * The given variants that are on sale, in no order, called as in the first of some languages, and
   * in the currency that they are sold in: the one that each is priced in itself when it is `null`.
   */
  async findForSale(
    tx: Transaction,
    variantIds: readonly string[],
    now: Date,
    { currency, languages }: Pick<AnswerView, 'currency' | 'languages'>,
  ): Promise<SaleVariant[]> {
    const values: unknown[] = currency === null ? [variantIds, now] : [variantIds, now, currency];
    const texts = languages.length === 0 ? '' : lineTextColumns(`$${String(values.push(languages))}`);
    const [price, join, condition] =
      currency === null
        ? ['v.price_amount AS "priceAmount", v.currency', '', '']
        : [
            `${priceIn('$3::bpchar')} AS "priceAmount", $3::bpchar AS currency`,
            ` ${joinPriceIn('$3::bpchar')}`,
            ` AND ${hasPriceIn('$3::bpchar')}`,
          ];
    const rows = await tx.query<Omit<SaleVariant, 'priceAmount' | 'title' | 'productTitle'> & LineTexts & { priceAmount: string }>(
      `SELECT v.id, v.product_id AS "productId", v.sku, v.title AS "variantTitle", p.title,
              ${price}${texts}
       FROM variants v JOIN products p ON p.id = v.product_id${join}
       WHERE v.id = ANY($1::uuid[]) AND ${onSaleCondition('$2')}${condition}`,
      values,
    );
    return rows.map((row) => {
      const { title, variantTitle } = lineTitles(row, languages);
      const { id, productId, sku, priceAmount, currency: code } = row;
      return { id, productId, sku, title: variantTitle, productTitle: title, priceAmount: Number(priceAmount), currency: code };
    });
  }

  private findStatement(idOrSlug: string, onSaleAt?: Date, view?: AnswerView): [string, unknown[]] {
    const column = UUID.test(idOrSlug) ? 'id' : 'slug';
    const condition = onSaleAt === undefined ? '' : `AND ${onSaleCondition('$2')}`;
    const values: unknown[] = onSaleAt === undefined ? [idOrSlug] : [idOrSlug, onSaleAt];
    const { translations, variants } = this.partsOf(view, values, true);
    return [
      `SELECT ${PRODUCT_COLUMNS}, p.description, variants.variants${translations}
     FROM products p CROSS JOIN ${variants} WHERE p.${column} = $1 ${condition}`,
      values,
    ];
  }

  /** What a read takes beside its columns for a view, whose values it adds; staff see all prices. */
  private partsOf(view: AnswerView | undefined, values: unknown[], long = false): ViewParts {
    if (!view) return { translations: '', variants: joinedVariants(this.forStaff) };
    return viewParts(view, (value, type) => `$${String(values.push(value))}${type === 'bpchar' ? '::bpchar' : ''}`, long);
  }
}

/** What a read of products takes beside its columns. */
export interface ViewParts {
  /** More columns, beginning with a comma; none in the shop's own language. */
  readonly translations: string;
  /** What is joined for the variants. */
  readonly variants: string;
}

/** What a read takes beside its columns for a view; `bind` takes a value and its type and answers the parameter. */
export function viewParts(
  { languages, currency }: AnswerView,
  bind: (value: unknown, type: 'text[]' | 'bpchar') => string,
  long = false,
): ViewParts {
  return {
    translations: languages.length === 0 ? '' : `, ${translationsColumn(bind(languages, 'text[]'), { long })}`,
    variants: joinedVariants(currency === null ? {} : { currency: bind(currency, 'bpchar') }),
  };
}

/**
 * The rows of a page. Those on sale are of two kinds, each found by its own index:
 * the many active ones in the order of the list, and the few drafts that are due.
 */
function pageStatement(conditions: readonly string[], limited: string, now: string | undefined): string {
  const select = (from: string, ...more: string[]): string => {
    const all = [...more, ...conditions];
    return `SELECT * FROM ${from} p ${all.length > 0 ? `WHERE ${all.join(' AND ')}` : ''} ${limited}`;
  };
  if (now === undefined) return select('products');
  const active = select('products', `p.state = 'active'`, notOverCondition(now));
  // OFFSET 0 keeps the two apart: the planner would look for the few drafts in the order of the list, among all products.
  const due = select(`(SELECT * FROM products p WHERE ${dueDraftCondition(now)} OFFSET 0)`, notOverCondition(now));
  return `SELECT * FROM ((${active}) UNION ALL (${due})) p ${limited}`;
}

function conditionsOf(filter: ProductFilter): { conditions: string[]; values: unknown[] } {
  const conditions: string[] = [];
  const values: unknown[] = [];
  const add = (value: unknown, condition: (parameter: string) => string): void => {
    if (value !== undefined) conditions.push(condition(`$${String(values.push(value))}`));
  };
  // Written out, not bound, so that the partial indexes of the shop's lists can be used.
  if (filter.state !== undefined) conditions.push(`p.state = '${filter.state}'`);
  add(filter.category, (parameter) => `p.category = ${parameter}`);
  add(filter.vendor, (parameter) => `p.vendor = ${parameter}`);
  add(filter.tag, (parameter) => `p.tags @> ARRAY[${parameter}::text]`);
  return { conditions, values };
}
