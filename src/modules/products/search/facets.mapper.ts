import { FACET_SAMPLE, MAX_VALUES, type FacetCount } from './facet-statement.js';
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
  const partsOf = (name: string): FacetCount[] => {
    const own = counts.find(({ without }) => without === name);
    return own ? [...(own.isBeside ? [all] : []), own] : [all];
  };
  const facets = [...names].sort(byPlace).map((name) =>
    ({ ...nameOf(name), values: valuesOf(name, partsOf(name), filters.get(name) ?? []) }));
  const isEstimate = counts.some((count) => !isExact(count));
  return { matches: totalOf(all), isEstimate, facets: [...facets, priceFacet(partsOf('price'), price)].filter(({ values }) => values.length > 0) };
}

function valuesOf(name: string, parts: readonly FacetCount[], chosen: readonly string[]): FacetValue[] {
  // A chosen value stays to be seen, and to be taken back, when nothing has it any more.
  const matches = new Map(chosen.map((token) => [token, 0]));
  for (const part of parts) {
    for (const [token, counted] of Object.entries(part.counts)) {
      if (groupOf(token) === name) matches.set(token, (matches.get(token) ?? 0) + counted * scaleOf(part));
    }
  }
  return [...matches]
    .map(([token, count]) => {
      const value = parameterOf(token);
      const label = parts.find(({ labels }) => Object.hasOwn(labels, value))?.labels[value] ?? token.slice(name.length + 1);
      return { value, label, count: Math.round(count), selected: chosen.includes(token) };
    })
    .sort((a, b) => (name === 'rating' ? b.value.localeCompare(a.value) : b.count - a.count || a.value.localeCompare(b.value)))
    .filter(({ selected }, place) => selected || place < MAX_VALUES);
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
  if (count.without === 'price' || count.total !== null || prices.length === 0) return count;
  const within = prices.filter((price) => price >= (min ?? 0) && price <= (max ?? Infinity)).length;
  return { ...count, estimate: (count.estimate * within) / prices.length };
}

/** Ranges with about as many products each, at round prices. */
function priceFacet(parts: readonly FacetCount[], chosen: PriceRange): Facet {
  const prices = parts.flatMap((part) => part.prices.map((amount) => ({ amount, weight: scaleOf(part) }))).sort((a, b) => a.amount - b.amount);
  const countOf = (some: typeof prices): number => some.reduce((sum, { weight }) => sum + weight, 0);
  const edges = new Set(edgesOf(prices, countOf(prices)).map(roundPrice));
  const starts = [0, ...[...edges].filter((edge) => edge > 0)];
  const values = starts.map((min, index): FacetValue => {
    const next = starts[index + 1];
    const count = countOf(prices.filter(({ amount }) => amount >= min && (next === undefined || amount < next)));
    const max = next === undefined ? '' : String(next - 1);
    return {
      value: `${String(min)}-${max}`,
      label: `${String(min)}-${max}`,
      count: Math.round(count),
      selected: chosen.min === min && (chosen.max === null ? '' : String(chosen.max)) === max,
    };
  });
  return { name: 'price', label: 'Price', values: values.filter((value) => value.count > 0) };
}

/** The prices, of those in order, behind which each part of as many products begins. */
function edgesOf(prices: readonly { amount: number; weight: number }[], count: number): number[] {
  let [before, step] = [0, 1];
  const edges: number[] = [];
  for (const { amount, weight } of prices) {
    before += weight;
    for (; step < PRICE_STEPS && before > (count * step) / PRICE_STEPS; step += 1) edges.push(amount);
  }
  return edges;
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
  return count.total ?? Math.max(count.matched, Math.round(count.estimate));
}

/** How many matches each of those stands for that were counted. */
function scaleOf(count: FacetCount): number {
  return isExact(count) || count.matched === 0 ? 1 : totalOf(count) / count.matched;
}
