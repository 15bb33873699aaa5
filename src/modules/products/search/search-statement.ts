import type { AnswerView } from '../../../infrastructure/http/answer-view.js';
import { LISTED, onSearchedSaleCondition } from './searched-sale.js';
import { BARE_SKU } from './searched-sku.js';
import { LEVELS, type Level, type SearchPlan } from './search-plan.js';
import { costAmongBest, costOfWalk, findsFew, togetherOf, walkOf, type PageWish } from './search-costs.js';
import { NOT_SOUGHT, type SoughtIn } from './sought-terms.js';
import { valuesOfAll, walkSource } from './walk.js';

/** The row `s` of one of the best products, of which none is missing: a search sees both as they were at one moment. */
const IS_BEST = '(s.rank, s.product_id) >= ((SELECT best_rank FROM search_settings), (SELECT best_id FROM search_settings))';

/** What has a variant with the SKU of the plan. */
const HAS_SKU = 's.product_id = ANY(ARRAY(SELECT product_id FROM skus))';

/** The order of a list. */
export interface SearchSort {
  readonly column: 'rank' | 'created_at' | 'price' | 'title' | 'sales';
  readonly type: 'bigint' | 'timestamptz' | 'text';
  readonly direction: 'ASC' | 'DESC';
}

/** After which row a page begins. */
export interface SearchPosition {
  readonly level: number;
  readonly key: string;
  readonly id: string;
}

/** Lowest prices between which products are found, in minor units. */
export interface PriceRange {
  readonly min: number | null;
  readonly max: number | null;
}

/** What a page of a search asks for. */
export interface SearchPage {
  readonly sort: SearchSort;
  readonly limit: number;
  readonly after: SearchPosition | null;
  readonly price: PriceRange;
  readonly now: Date;
  /** The language and currency of the answer. */
  readonly view: AnswerView;
  /** Ids of products that need not be read where they are found. */
  readonly known: readonly string[];
}

/** A list of common table expressions that ends with the ids of a page. */
export class SearchStatement {
  readonly values: unknown[] = [];
  private readonly parts: string[] = [];
  private readonly bound = new Map<string, string>();
  private readonly made: string[] = [];

  constructor(private readonly page: SearchPage) {}

  /** Common table expressions of which `page` has `product_id`, `key` and `level`. */
  build(plan: SearchPlan, withFacets = false): string {
    const { after } = this.page;
    if (plan.sku !== null) {
      this.parts.push(`skus AS MATERIALIZED (SELECT v.product_id FROM variants v WHERE ${BARE_SKU} = ${this.bind(plan.sku, 'text')})`);
    }
    const names = withFacets && findsFew(plan) ? [this.addAll(plan)] : this.addLevels(plan);
    if (plan.fallback && (!after || this.isAfterSome)) {
      names.push(this.addLevel(plan.fallback, plan, [...names]));
    }
    this.parts.push(`page AS (${this.ordered(names)})`);
    return this.parts.join(',\n');
  }

  /** Binds a value; the same value twice is one parameter. */
  bind(value: unknown, type: string): string {
    const name = `${type} ${value instanceof Date ? value.toISOString() : String(value)}`;
    const known = this.bound.get(name);
    if (known !== undefined) return known;
    const parameter = `$${String(this.values.push(value))}::${type}`;
    this.bound.set(name, parameter);
    return parameter;
  }

  /** The parameter with values that all matches have; `null` without any. */
  bindValues(values: readonly string[]): string | null {
    return values.length > 0 ? this.bind(values, 'text[]') : null;
  }

  /** The conditions of look-ups among the best products alone. */
  lookUpsAmongBest(level: Level, withPrice = true): string[][] {
    return this.lookUpsOf(level, withPrice).map((own) => [...own, IS_BEST]);
  }

  /** Whether everything on sale is of a level. */
  hasAll({ name, words, titleWords }: Level, withPrice = true): boolean {
    const { min, max } = this.page.price;
    const isInRange = withPrice && (min !== null || max !== null);
    return words === null && titleWords === null && name !== 'sku' && name !== 'title' && !isInRange;
  }

  /** The conditions of a level on the row `s`, beside that it is on sale. */
  conditionsOf(level: Level, withPrice = true): string[] {
    const { words, sku } = this.wordConditions(level);
    const found = sku.length === 0 ? words : [`(${words.join(' AND ')} OR (${sku.join(' AND ')}))`];
    return [...this.ownConditions(level), ...found, ...this.priceConditions(withPrice)];
  }

  /** The same for a look-up: no row meets two of the lists, and each has its index. */
  lookUpsOf(level: Level, withPrice = true): string[][] {
    const price = this.priceConditions(withPrice);
    const { sought } = level;
    const found = [
      ...this.exactConditions(level),
      ...this.soughtConditions('title_words', level.titleWords, sought.titleWords),
      ...this.soughtConditions('words', level.words, sought.words),
      ...price,
    ];
    if (level.orSku === null || level.words === null) return [found];
    const { words, sku } = this.wordConditions(level);
    return [found, [...sku, `NOT (${words.join(' AND ')})`, ...price]];
  }

  /** What makes a product visible now. */
  get visible(): string {
    return onSearchedSaleCondition(this.bind(this.page.now, 'timestamptz'));
  }

  /** The condition on the row `f` of `found` that it meets all filters, or all but those of one group, which may be `price`. */
  lacks(plan: SearchPlan, group: string | null): string[] {
    const groups = this.groupsOf(plan);
    return groups.length === 0 ? [] : [`f.lacks = ${String(group === null ? 0 : 2 ** groups.findIndex(([name]) => name === group))}`];
  }

  /** The filters of each group on the row `s`. */
  private groupsOf({ filters }: SearchPlan): (readonly [string, string])[] {
    const price = this.priceConditions(true).join(' AND ');
    const groups = [...filters].map(([name, values]) => [name, `s.facets && ${this.bind(values, 'text[]')}`] as const);
    return [...groups, ...(price === '' ? [] : [['price', price] as const])];
  }

  private priceConditions(withPrice: boolean): string[] {
    const { min, max } = withPrice ? this.page.price : { min: null, max: null };
    return [
      ...(min === null ? [] : [`s.price >= ${this.bind(min, 'bigint')}`]),
      ...(max === null ? [] : [`s.price <= ${this.bind(max, 'bigint')}`]),
    ];
  }

  /** What has the words of a level, and what has its SKU in their place. */
  private wordConditions({ words, orSku }: Level): { words: string[]; sku: string[] } {
    if (words === null) return { words: [], sku: [] };
    const sku = orSku === null ? [] : [HAS_SKU, ...this.soughtConditions('words', orSku.filters, NOT_SOUGHT.words)];
    return { words: [`s.words @@ ${this.bind(words, 'tsquery')}`], sku };
  }

  /** What an index is to find, and by a function, which no index knows, all that is asked for where that is more. */
  private soughtConditions(column: 'words' | 'title_words', all: string | null, { queries, isAll }: SoughtIn): string[] {
    return [
      ...queries.map((query) => `s.${column} @@ ${this.bind(query, 'tsquery')}`),
      ...(all === null || isAll ? [] : [`ts_match_vq(s.${column}, ${this.bind(all, 'tsquery')})`]),
    ];
  }

  /** What a level asks for beside the words and filters. */
  private ownConditions(level: Level): string[] {
    const { titleWords } = level;
    return [...this.exactConditions(level), ...(titleWords === null ? [] : [`s.title_words @@ ${this.bind(titleWords, 'tsquery')}`])];
  }

  private exactConditions({ name, whole }: Level): string[] {
    return [...(name === 'sku' ? [HAS_SKU] : []), ...(name === 'title' ? [`s.title = ${this.bind(whole, 'text')}`] : [])];
  }

  /** A product is on its highest level alone. */
  private notAbove(level: Level, levels: readonly Level[]): string[] {
    const above = levels.filter(({ name }) => LEVELS[name] > LEVELS[level.name]);
    return above.flatMap((higher) => this.distinctionOf(higher).map((condition) => `NOT (${condition})`));
  }

  /** What tells a match of a level from those of the levels below. */
  private distinctionOf(level: Level): string[] {
    const own = this.ownConditions(level);
    if (own.length > 0) return [own.join(' AND ')];
    return level.words === null ? [] : [`s.words @@ ${this.bind(level.words, 'tsquery')}`];
  }

  /** The number of the first of the levels that the row `s` is on. */
  private levelOf(levels: readonly Level[]): string {
    const cases = levels.slice(0, -1).flatMap((level) =>
      this.distinctionOf(level).map((condition) => `WHEN ${condition} THEN ${String(LEVELS[level.name])}`));
    const last = String(LEVELS[levels.at(-1)?.name ?? 'words']);
    return cases.length === 0 ? last : `CASE ${cases.join(' ')} ELSE ${last} END`;
  }

  private addLevels(plan: SearchPlan): string[] {
    const { after } = this.page;
    const isWanted = (levels: readonly Level[]): boolean => !after || levels.some(({ name }) => LEVELS[name] <= after.level);
    return togetherOf(plan, this.wish).filter(isWanted).map((levels) => {
      const [level, ...more] = levels;
      return level && more.length === 0 ? this.addLevel(level, plan) : this.addTogether(levels, plan);
    });
  }

  /** Several levels by one look-up: that of the last, the widest. */
  private addTogether(levels: readonly Level[], plan: SearchPlan): string {
    const [first, last] = [levels[0] ?? plan.all, levels.at(-1) ?? plan.all];
    const name = `level_${String(LEVELS[last.name])}`;
    const conditions = [...this.notAbove(first, plan.levels), this.visible, ...this.guardOf()];
    const found = this.lookUpsOf(last).map((own) =>
      `SELECT s.product_id, s.rank, s.rank AS key, ${this.levelOf(levels)} AS level FROM product_search s WHERE ${[...own, ...conditions].join(' AND ')}`);
    const { after } = this.page;
    const isAfter = after && after.level <= LEVELS[first.name] ? [this.afterConditionOn('f', true)] : [];
    this.parts.push(`${name} AS MATERIALIZED (${this.firstOf(`(${found.join(' UNION ALL ')} OFFSET 0)`, isAfter)})`);
    this.made.push(name);
    return name;
  }

  /** All matches at once, whatever the filters, as `found`: the page and each facet are taken from them. `lacks` has a bit of each group. */
  private addAll(plan: SearchPlan): string {
    const { sort, after } = this.page;
    const lacks = this.groupsOf(plan).map(([, condition], bit) => `CASE WHEN ${condition} THEN 0 ELSE ${String(2 ** bit)} END`);
    const found = this.lookUpsOf(plan.unfiltered, false).map((own) =>
      `SELECT s.product_id, s.rank, s.${sort.column} AS key, ${this.levelOf(plan.levels)} AS level, s.price, s.facets,
        ${lacks.join(' + ') || '0'} AS lacks FROM product_search s WHERE ${[...own, this.visible].join(' AND ')}`);
    this.parts.push(`found AS MATERIALIZED (${found.join(' UNION ALL ')})`);
    const isAfter = after ? [this.isAfterSome ? 'false' : this.afterConditionOn('f', sort.column === 'rank')] : [];
    this.parts.push(`chosen AS MATERIALIZED (${this.firstOf('found', [...this.lacks(plan, null), ...isAfter])})`);
    return 'chosen';
  }

  private firstOf(source: string, conditions: readonly string[]): string {
    const { sort, limit } = this.page;
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    return `SELECT f.product_id, f.rank, f.key, f.level FROM ${source} f ${where}
      ORDER BY f.level DESC, f.key ${sort.direction}, f.product_id ${sort.direction} LIMIT ${String(limit + 1)}`;
  }

  /** @param onlyWithout levels that must have found nothing; otherwise those so far must not have filled the page */
  private addLevel(level: Level, plan: SearchPlan, onlyWithout?: readonly string[]): string {
    const { sort, limit, after } = this.page;
    const number = LEVELS[level.name];
    const name = `level_${String(number)}`;
    const rows = String(limit + 1);
    const notAbove = onlyWithout ? [] : this.notAbove(level, plan.levels);
    const isAfter = after && (after.level === number || sort.column !== 'rank') ? [this.afterCondition()] : [];
    const base = [this.visible, ...isAfter];
    const guard = this.guardOf(onlyWithout);
    const order = `s.${sort.column} ${sort.direction}, s.product_id ${sort.direction}`;
    const select = `SELECT s.product_id, s.rank, s.${sort.column} AS key, ${String(number)} AS level`;
    if (this.hasAll(level) && notAbove.length === 0) {
      this.parts.push(`${name} AS MATERIALIZED (${select} FROM product_search s
        WHERE ${[...base, ...guard].join(' AND ')} ORDER BY ${order} LIMIT ${rows})`);
      this.made.push(name);
      return name;
    }
    const lookUp = (table: string, lookUps: readonly string[][], more: readonly string[] = []): string => {
      const found = lookUps.map((own) => `${select} FROM ${table} s WHERE ${[...own, ...notAbove, ...base, ...guard, ...more].join(' AND ')}`);
      return `(SELECT m.* FROM (${found.join(' UNION ALL ')} OFFSET 0) m
        ORDER BY m.key ${sort.direction}, m.product_id ${sort.direction} LIMIT ${rows})`;
    };
    const all = (more: readonly string[] = []): string => lookUp('product_search', this.lookUpsOf(level), more);
    const walk = walkOf(level, plan, limit + 1);
    if (costAmongBest(level, plan, this.wish) < costOfWalk(level, plan, this.wish)) {
      this.addTried(name, `best_${String(number)}`, lookUp('product_search_best', this.lookUpsAmongBest(level)), all);
    } else if (walk !== null) {
      const source = walkSource({
        ...sort, rows: this.bind(walk, 'bigint'), from: [LISTED, ...isAfter],
        wanted: [...this.conditionsOf(level), ...notAbove, this.visible, ...guard], values: this.bindValues(valuesOfAll(plan.filters)),
      });
      this.addTried(name, `walk_${String(number)}`, `${select} ${source} LIMIT ${rows}`, all);
    } else {
      this.parts.push(`${name} AS MATERIALIZED (${all()})`);
    }
    this.made.push(name);
    return name;
  }

  /** What is quick is tried first; only where it does not fill the page, all is looked up. */
  private addTried(name: string, attempt: string, sql: string, all: (more: readonly string[]) => string): void {
    const rows = String(this.page.limit + 1);
    const full = `(SELECT count(*) FROM ${attempt})`;
    this.parts.push(`${attempt} AS MATERIALIZED (${sql})`);
    this.parts.push(`${name} AS MATERIALIZED (SELECT * FROM ${attempt} WHERE ${full} = ${rows}
      UNION ALL ${all([`${full} < ${rows}`])})`);
  }

  /** A level is not looked at once those above it have filled the page; a product is on its highest level alone. */
  private guardOf(onlyWithout?: readonly string[]): string[] {
    if (onlyWithout) return onlyWithout.map((name) => `NOT EXISTS (SELECT 1 FROM ${name})`);
    if (this.made.length === 0) return [];
    const counts = this.made.map((name) => `(SELECT count(*) FROM ${name})`).join(' + ');
    return [`${counts} < ${String(this.page.limit + 1)}`];
  }

  private get wish(): PageWish {
    const { sort, limit } = this.page;
    return { wanted: limit + 1, isRanked: sort.column === 'rank' };
  }

  /** Whether the page goes on among what has only some of the words: nothing has all of them. */
  private get isAfterSome(): boolean {
    return this.page.after?.level === LEVELS.someWords;
  }

  private afterCondition(): string {
    return this.afterColumns(`s.${this.page.sort.column}, s.product_id`, []);
  }

  /** The same on a row that has its `level` and `key`. */
  private afterConditionOn(row: string, withLevel: boolean): string {
    const level = withLevel ? [this.bind(this.page.after?.level, 'int')] : [];
    return this.afterColumns(`${withLevel ? `${row}.level, ` : ''}${row}.key, ${row}.product_id`, level);
  }

  private afterColumns(columns: string, values: readonly string[]): string {
    const { sort, after } = this.page;
    const comparison = sort.direction === 'DESC' ? '<' : '>';
    const position = [...values, this.bind(after?.key, sort.type), this.bind(after?.id, 'uuid')];
    return `(${columns}) ${comparison} (${position.join(', ')})`;
  }

  private ordered(names: readonly string[]): string {
    const { sort, limit } = this.page;
    // A cursor may be of a level that the search does not have.
    const none = 'SELECT s.product_id, s.rank, s.rank AS key, 0 AS level FROM product_search s WHERE false';
    const all = names.map((name) => `SELECT * FROM ${name}`).join(' UNION ALL ') || none;
    return `SELECT * FROM (${all}) every ORDER BY level DESC, key ${sort.direction}, product_id ${sort.direction} LIMIT ${String(limit + 1)}`;
  }
}
