import { findsFew, isAmongBest, walkOf } from './search-costs.js';
import type { Level, SearchPlan } from './search-plan.js';
import { LISTED } from './searched-sale.js';
import type { SearchStatement } from './search-statement.js';
import { valuesOfAll, walkSource } from './walk.js';

/** Matches up to which facets are counted exactly; of more, as many are taken as a sample. */
export const FACET_SAMPLE = 1_000;
/** Rows in the order of rank in which a sample is looked for, at most. */
const SAMPLE_WALK = 6_000;
/** What a row of that walk costs, against one that is looked up: all matches are worth more than a sample of them. */
const SAMPLE_COST = 2;
/** Matches among the best that the index finds in the time of a row of that walk; all are found, however few are wanted. */
const FOUND_A_ROW = 6;
const MAX_VALUES = 30;
const LIMIT = `LIMIT ${String(FACET_SAMPLE + 1)}`;

/** What was counted of some matches. */
export interface FacetCount {
  /** The chosen group whose own values do not count, or '' for all of the filters. */
  readonly without: string;
  /** Matches that were counted. */
  readonly matched: number;
  /** Whether they were looked for among the best alone. */
  readonly isSample: boolean;
  /** Matches by the vocabulary. */
  readonly estimate: number;
  /** How many of the counted have each value, such as `vendor=Acme`. */
  readonly counts: Readonly<Record<string, number>>;
  readonly prices: readonly number[];
  /** Names of categories by id. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * An expression that counts the facets of a search: once over all that is found, and once
 * more for each chosen group without that group, so that its other values can be chosen.
 *
 * @param chosen the groups of filters; `price` among them when there is a range
 */
export function facetsExpression(statement: SearchStatement, plan: SearchPlan, chosen: readonly string[]): string {
  return `json_build_array(${['', ...chosen].map((without) => countExpression(statement, plan, without)).join(',\n')})`;
}

/** The matches that are counted. */
interface Sample {
  readonly sql: string;
  /** Whether they were looked for among the best alone. */
  readonly isSample: boolean;
  readonly estimate: number;
}

function countExpression(statement: SearchStatement, plan: SearchPlan, without: string): string {
  const isOfAll = without === '' || without === 'price';
  const level = isOfAll ? plan.all : plan.without(without);
  const whole = { ...sampleOf(statement, plan, level, without), estimate: level.estimate };
  const someWords = whole.isSample ? null : isOfAll ? plan.fallback : plan.fallbackWithout(without);
  const some = someWords && { ...lookedFor(statement, plan, someWords, without), estimate: someWords.estimate };
  const group = isOfAll ? '' : `WHERE starts_with(token, ${statement.bind(`${without}=`, 'text')})`;
  return `(WITH ${samplesOf(whole, some)}, counted AS MATERIALIZED (
      SELECT token, n FROM (
        SELECT token, count(*)::int AS n, row_number() OVER (PARTITION BY split_part(token, '=', 1) ORDER BY count(*) DESC, token) AS place
        FROM (SELECT unnest(sample.facets) AS token FROM sample) each ${group} GROUP BY token) ranked
      WHERE place <= ${String(MAX_VALUES)})
    SELECT json_build_object('without', ${statement.bind(without, 'text')}, 'matched', (SELECT count(*) FROM sample),
      'isSample', ${ofCounted(whole, some, ({ isSample }) => String(isSample))},
      'estimate', ${ofCounted(whole, some, ({ estimate }) => statement.bind(Math.round(estimate), 'int'))},
      'counts', ${without === 'price' ? `json_build_object()` : `(SELECT coalesce(json_object_agg(token, n), '{}') FROM counted)`},
      'prices', ${isOfAll ? `(SELECT coalesce(json_agg(price), '[]') FROM sample)` : `json_build_array()`},
      'labels', (SELECT coalesce(json_object_agg(c.id, c.name), '{}') FROM categories c
        WHERE c.id IN (SELECT substr(token, 12)::uuid FROM counted WHERE starts_with(token, 'categoryId='))))
  )`;
}

/** What is counted as `sample`: what has all words or, where there is none, what has some, as a page shows it. */
function samplesOf(whole: Sample, some: Sample | null): string {
  if (!some) return `sample AS MATERIALIZED (${whole.sql})`;
  return `whole AS MATERIALIZED (${whole.sql}), sample AS MATERIALIZED (
      SELECT * FROM whole UNION ALL SELECT * FROM (${some.sql}) with_some WHERE NOT EXISTS (SELECT 1 FROM whole))`;
}

/** Something of the sample that is counted. */
function ofCounted(whole: Sample, some: Sample | null, take: (sample: Sample) => string): string {
  return some ? `CASE WHEN EXISTS (SELECT 1 FROM whole) THEN ${take(whole)} ELSE ${take(some)} END` : take(whole);
}

function sampleOf(statement: SearchStatement, plan: SearchPlan, level: Level, without: string): Pick<Sample, 'sql' | 'isSample'> {
  if (!findsFew(plan)) return lookedFor(statement, plan, level, without);
  const filters = statement.filterConditions(plan, 'f', (group) => group !== without);
  return { sql: `SELECT f.facets, f.price FROM found f ${where(filters)} ${LIMIT}`, isSample: false };
}

function lookedFor(statement: SearchStatement, plan: SearchPlan, level: Level, without: string): Pick<Sample, 'sql' | 'isSample'> {
  const withPrice = without !== 'price';
  const found = (table: string, lookUps: readonly string[][], more: readonly string[] = []): string =>
    `${lookUps.map((own) => `SELECT s.facets, s.price FROM ${table} s ${where([...own, statement.visible, ...more])}`).join(' UNION ALL ')} ${LIMIT}`;
  const hasAll = statement.hasAll(level, withPrice);
  const isWalked = hasAll || walkOf(level, plan, FACET_SAMPLE, SAMPLE_COST) !== null;
  if (!hasAll && isAmongBest(level, plan, FACET_SAMPLE) && !(isWalked && isShort(level, plan))) {
    const isEnough = `(SELECT count(*) FROM best) > ${String(FACET_SAMPLE)}`;
    const sql = `WITH best AS MATERIALIZED (${found('product_search_best', statement.lookUpsAmongBest(level, withPrice))})
      SELECT * FROM best WHERE ${isEnough} UNION ALL (${found('product_search', statement.lookUpsOf(level, withPrice), [`NOT ${isEnough}`])})`;
    return { sql, isSample: false };
  }
  if (isWalked) {
    // What is not on sale takes part in a walk for some; all of them are counted as such only without.
    const [from, wanted] = hasAll ? [[statement.visible], []] : [[LISTED], [...statement.conditionsOf(level, withPrice), statement.visible]];
    const values = statement.bindValues(valuesOfAll(plan.filters, (group) => group !== without));
    const source = walkSource({ column: 'rank', direction: 'DESC', rows: String(SAMPLE_WALK), from, wanted, values });
    const sql = `SELECT s.facets, s.price ${source} ${LIMIT}`;
    return { sql, isSample: !hasAll };
  }
  return { sql: found('product_search', statement.lookUpsOf(level, withPrice)), isSample: false };
}

function where(conditions: readonly string[]): string {
  return conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
}

/** Whether a walk comes to its end sooner than all matches among the best are found. */
function isShort({ estimate }: Level, { best, products }: SearchPlan): boolean {
  const walked = (FACET_SAMPLE * products) / estimate;
  return walked <= SAMPLE_WALK && walked <= (estimate * best) / products / FOUND_A_ROW;
}
