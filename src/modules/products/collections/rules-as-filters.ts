import type { FilterGroups } from '../search/search-plan.js';
import type { CollectionRules } from './collection.entity.js';

/**
 * The filters of the search that choose what some rules choose, or `null` where one of the conditions is no filter.
 * A group of filters is met by any of its values.
 */
export function rulesAsFilters({ match, conditions }: CollectionRules): FilterGroups | null {
  const values: string[] = [];
  for (const condition of conditions) {
    switch (condition.field) {
      case 'vendor':
      case 'category':
      case 'categoryId':
      case 'tag':
        values.push(`${condition.field}=${condition.is}`);
        break;
      default:
        return null;
    }
  }
  return match === 'any' ? new Map([['any', values]]) : new Map(values.map((value) => [value, [value]]));
}
