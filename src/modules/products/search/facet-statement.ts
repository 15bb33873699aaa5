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
/** Values of a group that are answered, at most, beside the chosen ones. */
export const MAX_VALUES = 30;
/** The same that are counted of a group in two parts, which are added up before the most frequent are taken. */
const MAX_PARTS = 1_000;
/** The group of a value. */
const GROUP = `split_part(token, '=', 1)`;
const LIMIT = `LIMIT ${String(FACET_SAMPLE + 1)}`;

/** What was counted of some matches. */
export interface FacetCount {
  /** The chosen group whose own values do not count, or '' for all of the filters. */
  readonly without: string;
  /** Whether only those matches were counted that lack the values of `without`: the first count has all others. */
  readonly isBeside: boolean;
  /** Matches that were counted. */
  readonly matched: number;
  /** All there are, where that is known. */
  readonly total: number | null;
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
 * more for each chosen group without that group, so that its other values can be chosen. Where all
 * matches are at hand, only those are counted once more that the first count lacks.
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
  /** An expression for how many there are; `null` where nobody knows. */
  readonly total: string | null;
  /** An expression for whether they are only those that the first count lacks. */
  readonly isBeside: string;
}

function countExpression(statement: SearchStatement, plan: SearchPlan, without: string): string {
  const isOfAll = without === '' || without === 'price';
  const level = isOfAll ? plan.all : plan.without(without);
  const whole = wholeOf(statement, plan, level, without);
  const someWords = whole.isSample ? null : isOfAll ? plan.fallback : plan.fallbackWithout(without);
  const some = someWords && lookedFor(statement, plan, someWords, without);
  const group = isOfAll ? '' : `WHERE starts_with(token, ${statement.bind(`${without}=`, 'text')})`;
  return `(WITH ${samplesOf(whole, some)}, counted AS MATERIALIZED (
      SELECT token, n FROM (
        SELECT token, count(*)::int AS n, ${GROUP} AS kind, row_number() OVER (PARTITION BY ${GROUP} ORDER BY count(*) DESC, token) AS place
        FROM (SELECT unnest(sample.facets) AS token FROM sample) each ${group} GROUP BY token) ranked
      WHERE ${isAnswered(statement, plan, without)})
    SELECT json_build_object('without', ${statement.bind(without, 'text')}, 'matched', (SELECT count(*) FROM sample),
      'isBeside', ${whole.isBeside},
      'isSample', ${ofCounted(whole, some, ({ isSample }) => String(isSample))},
      'estimate', ${ofCounted(whole, some, ({ estimate }) => statement.bind(Math.round(estimate), 'int'))},
      'total', ${ofCounted(whole, some, ({ total }) => total ?? 'NULL')},
      'counts', ${without === 'price' ? `json_build_object()` : `(SELECT coalesce(json_object_agg(token, n), '{}') FROM counted)`},
      'prices', ${isOfAll ? `(SELECT coalesce(json_agg(price), '[]') FROM sample)` : `json_build_array()`},
      'labels', (SELECT coalesce(json_object_agg(c.id, c.name), '{}') FROM categories c
        WHERE c.id IN (SELECT substr(token, 12)::uuid FROM counted WHERE starts_with(token, 'categoryId='))))
  )`;
}

/** Whether a value is answered: the most frequent of its group are, and the chosen ones; of a group in two parts all that there may be. */
function isAnswered(statement: SearchStatement, plan: SearchPlan, without: string): string {
  const chosen = [...plan.filters.keys()];
  if (chosen.length === 0) return `place <= ${String(MAX_VALUES)}`;
  const isInParts = findsFew(plan);
  if (isInParts && without !== '') return `place <= ${String(MAX_PARTS)}`;
  if (isInParts) return `place <= CASE WHEN kind = ANY(${statement.bind(chosen, 'text[]')}) THEN ${String(MAX_PARTS)} ELSE ${String(MAX_VALUES)} END`;
  return `place <= ${String(MAX_VALUES)} OR token = ANY(${statement.bind([...plan.filters.values()].flat(), 'text[]')})`;
}

/** What is counted as `sample`: what has all words or, where there is none, what has some, as a page shows it. */
function samplesOf(whole: Sample, some: Sample | null): string {
  if (!some) return `sample AS MATERIALIZED (${whole.sql})`;
  return `whole AS MATERIALIZED (${whole.sql}), sample AS MATERIALIZED (
      SELECT * FROM whole UNION ALL SELECT * FROM (${some.sql}) with_some WHERE NOT (${isAny(whole)}))`;
}

/** Whether anything has all words. */
function isAny({ isBeside }: Sample): string {
  return isBeside === 'false' ? 'EXISTS (SELECT 1 FROM whole)' : `EXISTS (SELECT 1 FROM whole) OR ${isBeside}`;
}

/** Something of the sample that is counted. */
function ofCounted(whole: Sample, some: Sample | null, take: (sample: Sample) => string): string {
  return some ? `CASE WHEN ${isAny(whole)} THEN ${take(whole)} ELSE ${take(some)} END` : take(whole);
}

function wholeOf(statement: SearchStatement, plan: SearchPlan, level: Level, without: string): Sample {
  if (!findsFew(plan)) return lookedFor(statement, plan, level, without);
  const among = (group: string | null): string => `FROM found f ${where(statement.lacks(plan, group))}`;
  const counted = among(without === '' ? null : without);
  return {
    sql: `SELECT f.facets, f.price ${counted} ${LIMIT}`,
    isSample: false,
    estimate: level.estimate,
    total: `CASE WHEN (SELECT count(*) FROM sample) > ${String(FACET_SAMPLE)} THEN (SELECT count(*) ${counted}) ELSE (SELECT count(*) FROM sample) END`,
    isBeside: without === '' ? 'false' : `EXISTS (SELECT 1 ${among(null)})`,
  };
}

function lookedFor(statement: SearchStatement, plan: SearchPlan, level: Level, without: string): Sample {
  const withPrice = without !== 'price';
  const unknown = { isSample: false, estimate: level.estimate, total: null, isBeside: 'false' };
  const found = (table: string, lookUps: readonly string[][], more: readonly string[] = []): string =>
    `${lookUps.map((own) => `SELECT s.facets, s.price FROM ${table} s ${where([...own, statement.visible, ...more])}`).join(' UNION ALL ')} ${LIMIT}`;
  const hasAll = statement.hasAll(level, withPrice);
  const isWalked = hasAll || walkOf(level, plan, FACET_SAMPLE, SAMPLE_COST) !== null;
  if (!hasAll && isAmongBest(level, plan, FACET_SAMPLE) && !(isWalked && isShort(level, plan))) {
    const isEnough = `(SELECT count(*) FROM best) > ${String(FACET_SAMPLE)}`;
    const sql = `WITH best AS MATERIALIZED (${found('product_search_best', statement.lookUpsAmongBest(level, withPrice))})
      SELECT * FROM best WHERE ${isEnough} UNION ALL (${found('product_search', statement.lookUpsOf(level, withPrice), [`NOT ${isEnough}`])})`;
    return { ...unknown, sql };
  }
  if (isWalked) {
    // What is not on sale takes part in a walk for some; all of them are counted as such only without.
    const [from, wanted] = hasAll ? [[statement.visible], []] : [[LISTED], [...statement.conditionsOf(level, withPrice), statement.visible]];
    const values = statement.bindValues(valuesOfAll(plan.filters, (group) => group !== without));
    const source = walkSource({ column: 'rank', direction: 'DESC', rows: String(SAMPLE_WALK), from, wanted, values });
    const sql = `SELECT s.facets, s.price ${source} ${LIMIT}`;
    return { ...unknown, sql, isSample: !hasAll };
  }
  return { ...unknown, sql: found('product_search', statement.lookUpsOf(level, withPrice)) };
}

function where(conditions: readonly string[]): string {
  return conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
}

/** Whether a walk comes to its end sooner than all matches among the best are found. */
function isShort({ estimate }: Level, { best, products }: SearchPlan): boolean {
  const walked = (FACET_SAMPLE * products) / estimate;
  return walked <= SAMPLE_WALK && walked <= (estimate * best) / products / FOUND_A_ROW;
}
