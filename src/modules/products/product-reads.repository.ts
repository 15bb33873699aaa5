import { Injectable } from '@nestjs/common';
import { decodeCursor, listFingerprint } from '../../common/pagination/cursor.js';
import { toPage, type Page } from '../../common/pagination/page.schema.js';
import { Config } from '../../../config/config.js';
import { Database } from '../../infrastructure/database/database.js';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import type { AnswerView } from '../../infrastructure/http/answer-view.js';
import type { FoundRow } from './cache/listed-products.js';
import { dueDraftCondition, notOverCondition, onSaleCondition } from './lifecycle/on-sale.js';
import { hasPriceIn, isPricedIn, joinPriceIn, priceIn } from './prices/price-columns.js';
import { staffColumns, type ProductRead } from './product-columns.js';
import { shopColumns, toShopJson, toTimeText, type ShopProductRead } from './product-json.js';
import type { AdminListProducts, ProductReference } from './product.schema.js';
import type { ProductState } from './product.state.js';
import { staffPageStatement } from './search/staff-page-statement.js';
import type { ToldTranslation } from './translations/told-translations.js';
import { lineTextColumns, lineTitles, textsColumn, type LineTexts } from './translations/translated-product.js';

/** A product with all that there is to tell of it, for a file. */
export interface ProductOfFile extends ProductRead {
  /** Its texts in the further languages of the shop. */
  readonly texts: ToldTranslation[];
}

/** A product on sale, as a page of its own shows it. */
export interface ProductOfShop {
  readonly id: string;
  /** The JSON of a `Product`. */
  readonly json: string;
  readonly unpublishAt: Date | null;
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

const SORTS = {
  '-createdAt': { column: 'created_at', type: 'timestamptz', direction: 'DESC', after: '<' },
  createdAt: { column: 'created_at', type: 'timestamptz', direction: 'ASC', after: '>' },
  title: { column: 'title', type: 'text', direction: 'ASC', after: '>' },
  '-title': { column: 'title', type: 'text', direction: 'DESC', after: '<' },
} as const;

/** A product of a list, with the value that it is sorted by. */
export type SelectedRow = FoundRow & { readonly key: string };

/** Which of the products on sale a list is about, and how they are shown. */
export interface ShopChoice {
  /** The moment at which they must be on sale. */
  readonly onSaleAt: Date;
  readonly selection: ProductSelection;
  readonly view: AnswerView;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads products; each read is one statement. */
@Injectable()
export class ProductReadsRepository {
  /** Whether variants may have prices in further currencies. */
  private readonly prices: boolean;
  /** The further languages of the shop. */
  private readonly languages: readonly string[];

  constructor(
    private readonly database: Database,
    { shop }: Config,
  ) {
    this.prices = shop.currencies.length > 1;
    this.languages = shop.locales.slice(1);
  }

  /** Any product, by its id; `null` when there is none. */
  async find(id: string): Promise<ProductRead | null> {
    const [row] = await this.database.query<ProductRead>(this.findStatement(), [id]);
    return row ?? null;
  }

  /** The same within a transaction, to answer what it has just written. */
  async findIn(tx: Transaction, id: string): Promise<ProductRead | null> {
    const [row] = await tx.query<ProductRead>(this.findStatement(), [id]);
    return row ?? null;
  }

  /** A product on sale, by id or slug; `null` when there is none, or none of its variants has a price in the view's currency. */
  async findOnSale(idOrSlug: string, now: Date, view: AnswerView): Promise<ProductOfShop | null> {
    const values: unknown[] = [idOrSlug, now];
    const bind = binder(values);
    const columns = shopColumns(view, bind, { inFull: true });
    const column = UUID.test(idOrSlug) ? 'id' : 'slug';
    const isPriced = view.currency === null ? '' : ` AND ${isPricedIn(bind(view.currency, 'bpchar'))}`;
    const [row] = await this.database.query<ShopProductRead & Pick<ProductOfShop, 'unpublishAt'> & { [column: string]: unknown }>(
      `SELECT ${columns}, p.unpublish_at AS "unpublishAt" FROM products p WHERE p.${column} = $1 AND ${onSaleCondition('$2')}${isPriced}`,
      values,
    );
    return row ? { id: row.id, json: toShopJson(row, view.languages), unpublishAt: row.unpublishAt } : null;
  }

  /** A page of products of any state without their descriptions. */
  async list<T>(filter: ProductFilter, map: (row: ProductRead) => T): Promise<Page<T>> {
    const list = new ListStatement(filter);
    const columns = staffColumns({ description: false, prices: this.prices });
    const { q } = filter;
    if (q === undefined) return list.page(await this.database.query<ProductRead>(list.of(columns, pageStatement(list)), list.values), map, list.keyOf);
    const sql = list.of(columns, staffPageStatement(q, list));
    return list.page(await this.database.queryAsPlanned<ProductRead>(sql, list.values), map, list.keyOf);
  }

  /**
   * The products on sale that are selected: a page, and one more where there is a next.
   *
   * @param known ids of products whose rows are left out
   */
  async listSelected(filter: ProductFilter, { onSaleAt, selection, view }: ShopChoice, known: readonly string[]): Promise<SelectedRow[]> {
    const list = new ListStatement(filter, selection);
    const { columns, from } = unlessKnown(pageStatement(list, list.bind(onSaleAt)), view, known, list.bind);
    const { column, direction } = SORTS[filter.sort];
    const key = column === 'title' ? 'page.title' : toTimeText('page.created_at');
    const rows = await this.database.query<UnlessKnown & { key: string; [column: string]: unknown }>(
      `SELECT ${columns}, ${key} AS key FROM ${from} ORDER BY page.${column} ${direction}, page.id ${direction}`,
      list.values,
    );
    return rows.map((row) => ({ ...toRow(row, view), key: row.key }));
  }

  /** Makes a page of what was selected and is read whole by now. */
  pageOfSelected(filter: ProductFilter, { selection }: ShopChoice, rows: readonly (SelectedRow & { json: string })[]): Page<string> {
    return new ListStatement(filter, selection).page(rows, ({ json }) => json, ({ key }) => key);
  }

  /**
   * The given products that are on sale, in the order of their ids.
   *
   * @param known ids of products whose rows are left out
   */
  async listOnSale(ids: readonly string[], now: Date, view: AnswerView, known: readonly string[]): Promise<FoundRow[]> {
    const values: unknown[] = [ids, now];
    const chosen = `SELECT p.id, chosen.place FROM unnest($1::uuid[]) WITH ORDINALITY AS chosen (id, place)
       JOIN products p ON p.id = chosen.id AND ${onSaleCondition('$2')}`;
    const { columns, from } = unlessKnown(chosen, view, known, binder(values));
    const rows = await this.database.query<UnlessKnown & { [column: string]: unknown }>(`SELECT ${columns} FROM ${from} ORDER BY page.place`, values);
    return rows.map((row) => toRow(row, view));
  }

  /** Up to `limit` products of any state after one of them, in the order of their ids. */
  listAfter(id: string | undefined, limit: number): Promise<ProductOfFile[]> {
    const values: unknown[] = [id ?? '00000000-0000-0000-0000-000000000000', limit];
    const texts = this.languages.length === 0 ? `'[]'::json` : textsColumn(`$${String(values.push(this.languages))}`);
    return this.database.query<ProductOfFile & { [column: string]: unknown }>(
      `SELECT ${staffColumns({ description: true, prices: this.prices })}, ${texts} AS texts
       FROM (SELECT * FROM products WHERE id > $1 ORDER BY id LIMIT $2) p ORDER BY p.id`,
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

  private findStatement(): string {
    return `SELECT ${staffColumns({ description: true, prices: this.prices })} FROM products p WHERE p.id = $1`;
  }
}

/** A row of a list, without its product where that is known. */
type UnlessKnown = (ShopProductRead | { id: null; json: null }) & { productId: string };

/** What reads the products of a page, but for those that are known. */
function unlessKnown(page: string, view: AnswerView, known: readonly string[], bind: Bind): { columns: string; from: string } {
  const unknown = `CASE WHEN page.id <> ALL(${bind(known)}::uuid[]) THEN page.id END`;
  return { columns: `${shopColumns(view, bind)}, page.id AS "productId"`, from: `(${page}) page LEFT JOIN products p ON p.id = ${unknown}` };
}

function toRow(row: UnlessKnown, { languages }: AnswerView): FoundRow {
  return { id: row.productId, json: row.json === null ? null : toShopJson(row, languages) };
}

type Bind = (value: unknown, type?: string) => string;

/** Takes values as the parameters of a statement. */
function binder(values: unknown[]): Bind {
  return (value, type) => `$${String(values.push(value))}${type === 'bpchar' ? '::bpchar' : ''}`;
}

/** A page of a list, whose rows are chosen first by the index of the sort and read in full after. */
class ListStatement {
  readonly values: unknown[] = [];
  readonly bind = binder(this.values);
  /** The conditions on the product `p`. */
  readonly conditions: string[];
  /** The order and limit of the page. */
  readonly limited: string;
  private readonly sort: (typeof SORTS)[keyof typeof SORTS];
  private readonly limit: number;
  private readonly fingerprint: string;

  constructor(filter: ProductFilter, selection?: ProductSelection) {
    const { limit, cursor, ...filters } = filter;
    this.limit = limit;
    this.fingerprint = listFingerprint({ ...filters, selection: selection?.name });
    this.sort = SORTS[filter.sort];
    const { column, type, direction, after } = this.sort;
    this.conditions = conditionsOf(filter, this.bind);
    if (selection) this.conditions.push(selection.condition(this.bind));
    if (cursor !== undefined) {
      const { value, id } = decodeCursor(this.fingerprint, cursor, type);
      this.conditions.push(`(p.${column}, p.id) ${after} (${this.bind(value)}::${type}, ${this.bind(id)}::uuid)`);
    }
    this.limited = `ORDER BY ${column} ${direction}, id ${direction} LIMIT ${this.bind(limit + 1)}`;
  }

  /** The statement that reads columns of the rows of a page. */
  of(columns: string, page: string): string {
    const { column, direction } = this.sort;
    return `SELECT ${columns} FROM (${page}) p ORDER BY p.${column} ${direction}, p.id ${direction}`;
  }

  /** The page of the rows that the statement has read. */
  page<R extends { id: string }, T>(rows: readonly R[], map: (row: R) => T, keyOf: (row: R) => string): Page<T> {
    return toPage(rows, this.limit, this.fingerprint, (row) => ({ value: keyOf(row), id: row.id }), map);
  }

  /** What a product is sorted by. */
  readonly keyOf = ({ title, createdAt }: Pick<ProductRead, 'title' | 'createdAt'>): string => (this.sort.column === 'title' ? title : createdAt);
}

/**
 * The rows of a page. Those on sale are of two kinds, each found by its own index:
 * the many active ones in the order of the list, and the few drafts that are due.
 */
function pageStatement({ conditions, limited }: ListStatement, now?: string): string {
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

function conditionsOf(filter: ProductFilter, bind: (value: unknown) => string): string[] {
  const conditions: string[] = [];
  const add = (value: unknown, condition: (parameter: string) => string): void => {
    if (value !== undefined) conditions.push(condition(bind(value)));
  };
  // Written out, not bound, so that the partial indexes of the shop's lists can be used.
  if (filter.state !== undefined) conditions.push(`p.state = '${filter.state}'`);
  add(filter.category, (parameter) => `p.category = ${parameter}`);
  add(filter.vendor, (parameter) => `p.vendor = ${parameter}`);
  add(filter.tag, (parameter) => `p.tags @> ARRAY[${parameter}::text]`);
  return conditions;
}
