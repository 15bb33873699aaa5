import type { Level, SearchPlan } from './search-plan.js';
import { walkOf } from './search-costs.js';
import { NOT_SOUGHT } from './sought-terms.js';

const PAGE = 21;

const plan = (filters: Record<string, string[]> = {}): SearchPlan => {
  const level = levelOf({ estimate: 1, cost: 1 });
  return {
    sku: null, levels: [level], fallback: null, all: level, without: () => level, fallbackWithout: () => null, unfiltered: level,
    filters: new Map(Object.entries(filters)), products: 1_000_000, best: 0,
  };
};

function levelOf({ estimate, cost }: { estimate: number; cost: number }): Level {
  return { name: 'words', words: "'word'", titleWords: null, whole: null, orSku: null, estimate, sought: { ...NOT_SOUGHT, cost, likely: estimate } };
}

describe('the rows that a walk may look at', () => {
  it('are some times those in which a page full is thought to be', () => {
    expect(walkOf(levelOf({ estimate: 40_000, cost: 100 }), plan(), PAGE)).toBe(1_575);
  });

  it('are never a few', () => {
    expect(walkOf(levelOf({ estimate: 1_000_000, cost: 100 }), plan(), PAGE)).toBe(256);
  });

  it('are as many as looking the words up costs, for words that are seldom together', () => {
    expect(walkOf(levelOf({ estimate: 40_000, cost: 6_000 }), plan(), PAGE)).toBe(6_000);
    expect(walkOf(levelOf({ estimate: 40_000, cost: 60_000 }), plan(), PAGE)).toBe(8_192);
  });

  it('are none where looking up is quicker, which is later where the index tells what a row lacks', () => {
    const level = levelOf({ estimate: 3_000, cost: 3_000 });

    expect(walkOf(level, plan(), PAGE)).toBeNull();
    expect(walkOf(level, plan({ stock: ['stock=in'] }), PAGE)).toBeNull();
    expect(walkOf(level, plan({ vendor: ['vendor=A'] }), PAGE)).not.toBeNull();
  });
});
