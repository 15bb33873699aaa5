import { LEVELS, type FilterGroups, type Level, type SearchPlan } from './search-plan.js';
import { valuesOfAll } from './walk.js';

/** Rows that a walk looks at before it gives up, at most; beyond, looking the words up is quicker. */
const MAX_WALK = 8_192;
const MIN_WALK = 256;
/** How many times more rows than expected a walk may need. */
const WALK_SLACK = 3;
/**
 * What a row of a walk costs, against a row that an index of words finds: measured 2.4 against 5.5 µs, the rest
 * for walks that find less than was thought.
 */
const WALK_COST = 0.75;
/** The same where the index tells of most rows that they lack a value of the filters: measured 0.9 µs. */
const FILTERED_WALK_COST = 0.3;
/** Matches up to which looking at each once is quicker than looking the words up again for each level and each facet. */
const FEW = 5_000;
/** How many times more matches than a page takes a level must be thought to have to fill it. */
const FILLING = 4;
/** The same of the best products alone, which are quickly looked at. */
const FILLING_BEST = 2;

/** How many times dearer the look-up of a wider level may be, to be done at once with that of one that fills the page. */
const DEAR = 1.5;

/** What a page needs to be full. */
export interface PageWish {
  /** Rows: those of the page, and one more that tells of a next page. */
  readonly wanted: number;
  /** Whether the best are wanted first. */
  readonly isRanked: boolean;
}

/** Whether a page with its facets is made of `found`, which has all matches, whatever the filters. */
export function findsFew({ unfiltered }: SearchPlan): boolean {
  return unfiltered.words !== null && unfiltered.sought.likely <= FEW;
}

/** How many rows a walk may look at, or `null` when it is quicker to look the words up. */
export function walkOf({ estimate, sought }: Level, { products, filters }: SearchPlan, wanted: number, rowCost = walkCost(filters)): number | null {
  if (estimate <= 0) return null;
  const needed = (wanted * products) / estimate;
  if (needed * rowCost > estimate) return null;
  // Words that are seldom found together are further apart than was thought: as far as looking them up costs, a walk may go on.
  return Math.ceil(Math.min(MAX_WALK, Math.max(MIN_WALK, needed * WALK_SLACK, sought.cost)));
}

/** Whether the best products alone are thought to have enough matches of a level. */
export function isAmongBest({ sought }: Level, { best, products }: SearchPlan, wanted: number): boolean {
  return best > 0 && sought.likely * best >= FILLING_BEST * wanted * products;
}

/** What looking a level up among the best products costs, in rows. */
export function costAmongBest(level: Level, plan: SearchPlan, { wanted, isRanked }: PageWish): number {
  const isTried = isRanked && isAmongBest(level, plan, wanted);
  return isTried ? (level.sought.cost * plan.best) / plan.products : Infinity;
}

/** The same of the walk, as far as it will have to go. */
export function costOfWalk(level: Level, plan: SearchPlan, { wanted }: PageWish): number {
  return walkOf(level, plan, wanted) === null ? Infinity : (walkCost(plan.filters) * wanted * plan.products) / level.estimate;
}

/**
 * The levels of a plan, with those together whose matches are looked up at once: first some that
 * will hardly fill the page, then the one that does, and what costs hardly more.
 */
export function togetherOf(plan: SearchPlan, wish: PageWish): Level[][] {
  const { levels } = plan;
  const { wanted } = wish;
  const isFilling = ({ sought }: Level): boolean => sought.likely >= FILLING * wanted;
  const first = levels.findIndex((level) => LEVELS[level.name] <= LEVELS.wordsInTitle && !isFilling(level));
  const isDear = (next: Level, level: Level): boolean => next.sought.cost > DEAR * level.sought.cost;
  const isLast = (level: Level, at: number): boolean => {
    const next = levels[at + 1];
    return at >= first && (next === undefined || next.sought.likely > FEW || (isFilling(level) && isDear(next, level)));
  };
  const last = levels.findIndex(isLast);
  const widest = levels[last];
  const alone = (some: readonly Level[]): Level[][] => some.map((level) => [level]);
  if (first < 0 || widest === undefined || last === first || widest.sought.likely > FEW || walkOf(widest, plan, wanted) !== null) {
    return alone(levels);
  }
  const byThemselves = levels.slice(first, last + 1).reduce((cost, level) => cost + Math.min(level.sought.cost, costAmongBest(level, plan, wish)), 0);
  if (byThemselves < widest.sought.cost) return alone(levels);
  return [...alone(levels.slice(0, first)), levels.slice(first, last + 1), ...alone(levels.slice(last + 1))];
}

function walkCost(filters: FilterGroups): number {
  return valuesOfAll(filters).length > 0 ? FILTERED_WALK_COST : WALK_COST;
}
