import { productMachine } from './product.state.js';

describe('the states of a product', () => {
  it('can all be reached', () => {
    expect(productMachine.unreachable()).toEqual([]);
  });

  it.each([
    ['draft', 'publish', 'active'],
    ['draft', 'archive', 'archived'],
    ['draft', 'restore', null],
    ['active', 'publish', null],
    ['active', 'archive', 'archived'],
    ['active', 'restore', null],
    ['archived', 'publish', null],
    ['archived', 'archive', null],
    ['archived', 'restore', 'active'],
  ] as const)('lead from %s by %s to %s', (state, action, next) => {
    expect(productMachine.next(state, action)).toBe(next);
  });
});
