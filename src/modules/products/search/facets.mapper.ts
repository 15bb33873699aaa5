import { FACET_SAMPLE, type FacetCount } from './facet-statement.js';
import type { FilterGroups } from './search-plan.js';
import type { PriceRange } from './search-statement.js';
import type { FacetsAnswer } from './search.schema.js';

type Facet = FacetsAnswer['facets'][number];
type FacetValue = Facet['values'][number];

const LABELS: Readonly<Record<string, string>> = {
  categoryId: 'Category',
  category: 'Category name',
  vendor: 'Vendor',
  tag: 'Tag',
  rating: 'Rating',
  stock: 'In stock',
};
const PRICE_STEPS = 5;

/** Counts of a search as the API answers them: of a chosen facet also the values beside the chosen ones. */
export function toFacets(given: readonly FacetCount[], filters: FilterGroups, price: PriceRange): FacetsAnswer {
  const counts = given.map((count) => withPriceShare(count, given, price));
  const [all] = counts;
  if (!all) return { matches: 0, isEstimate: false, facets: [] };
  const names = new Set([...Object.keys(all.counts).map(groupOf), ...filters.keys()]);
  const facets = [...names].sort(byPlace).map((name) => {
    const count = counts.find(({ without }) => without === name) ?? all;
    return { ...nameOf(name), values: valuesOf(name, count, filters.get(name) ?? []) };
  });
  const prices = counts.find(({ without }) => without === 'price') ?? all;
  const isEstimate = counts.some((count) => !isExact(count));
  return { matches: totalOf(all), isEstimate, facets: [...facets, priceFacet(prices, price)].filter(({ values }) => values.length > 0) };
}

function valuesOf(name: string, count: FacetCount, chosen: readonly string[]): FacetValue[] {
  const found = Object.entries(count.counts).filter(([token]) => groupOf(token) === name);
  // A chosen value stays to be seen, and to be taken back, when nothing has it any more.
  const missing = chosen.filter((token) => !found.some(([known]) => known === token)).map((token): [string, number] => [token, 0]);
  return [...found, ...missing]
    .map(([token, matches]) => {
      const value = parameterOf(token);
      return {
        value,
        label: count.labels[value] ?? token.slice(name.length + 1),
        count: scaled(count, matches),
        selected: chosen.includes(token),
      };
    })
    .sort((a, b) => (name === 'rating' ? b.value.localeCompare(a.value) : b.count - a.count || a.value.localeCompare(b.value)));
}

function nameOf(name: string): { name: string; label: string } {
  const [kind = '', ...rest] = name.split('.');
  if (rest.length > 0) return { name: kind, label: rest.join('.') };
  return { name: name === 'stock' ? 'inStock' : name, label: LABELS[name] ?? name };
}

/** The value as the parameter takes it. */
function parameterOf(token: string): string {
  const [group, value] = [groupOf(token), token.slice(groupOf(token).length + 1)];
  if (group === 'stock') return 'true';
  return group.includes('.') ? `${group.slice(group.indexOf('.') + 1)}:${value}` : value;
}

function groupOf(token: string): string {
  return token.slice(0, token.indexOf('='));
}

const ORDER = ['categoryId', 'category', 'vendor', 'tag'];

function byPlace(a: string, b: string): number {
  const place = (name: string): number => (ORDER.indexOf(name) + ORDER.length + 1) % (ORDER.length + 1);
  return place(a) - place(b) || a.localeCompare(b);
}

/** The vocabulary knows nothing of prices: what share is in a range is seen in the sample that is not filtered by it. */
function withPriceShare(count: FacetCount, counts: readonly FacetCount[], { min, max }: PriceRange): FacetCount {
  const prices = counts.find(({ without }) => without === 'price')?.prices ?? [];
  if (count.without === 'price' || prices.length === 0) return count;
  const within = prices.filter((price) => price >= (min ?? 0) && price <= (max ?? Infinity)).length;
  return { ...count, estimate: (count.estimate * within) / prices.length };
}

/** Ranges with about as many products each, at round prices. */
function priceFacet(count: FacetCount, chosen: PriceRange): Facet {
  const prices = [...count.prices].sort((a, b) => a - b);
  const at = (share: number): number => prices[Math.min(prices.length - 1, Math.floor(prices.length * share))] ?? 0;
  const edges = new Set(Array.from({ length: PRICE_STEPS - 1 }, (_, step) => roundPrice(at((step + 1) / PRICE_STEPS))));
  const starts = [0, ...[...edges].filter((edge) => edge > 0)];
  const values = starts.map((min, index): FacetValue => {
    const next = starts[index + 1];
    const matches = prices.filter((price) => price >= min && (next === undefined || price < next)).length;
    const max = next === undefined ? '' : String(next - 1);
    return {
      value: `${String(min)}-${max}`,
      label: `${String(min)}-${max}`,
      count: scaled(count, matches),
      selected: chosen.min === min && (chosen.max === null ? '' : String(chosen.max)) === max,
    };
  });
  return { name: 'price', label: 'Price', values: values.filter((value) => value.count > 0) };
}

/** Two digits of a price are enough for an edge. */
function roundPrice(amount: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, amount))) - 1);
  return Math.round(amount / step) * step;
}

function isExact({ matched, isSample }: FacetCount): boolean {
  return matched <= FACET_SAMPLE && !isSample;
}

function totalOf(count: FacetCount): number {
  if (isExact(count)) return count.matched;
  return Math.max(count.matched, Math.round(count.estimate));
}

function scaled(count: FacetCount, matches: number): number {
  return isExact(count) || count.matched === 0 ? matches : Math.round((matches / count.matched) * totalOf(count));
}
