import { rulesAsFilters } from './rules-as-filters.js';

const tag = { field: 'tag', is: 'linen' } as const;
const vendor = { field: 'vendor', is: 'Acme' } as const;

describe('the rules of a collection as filters', () => {
  it('have a group for each condition where all must hold, and one for all where any is enough', () => {
    expect([...(rulesAsFilters({ match: 'all', conditions: [tag, vendor] }) ?? [])]).toEqual([
      ['tag=linen', ['tag=linen']],
      ['vendor=Acme', ['vendor=Acme']],
    ]);
    expect([...(rulesAsFilters({ match: 'any', conditions: [tag, vendor] }) ?? [])]).toEqual([['any', ['tag=linen', 'vendor=Acme']]]);
  });

  it('are none where a condition is no filter', () => {
    expect(rulesAsFilters({ match: 'all', conditions: [tag, { field: 'inStock', is: true }] })).toBeNull();
  });
});
