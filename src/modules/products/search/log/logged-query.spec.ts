import { loggedQuery } from './logged-query.js';

describe('a query in the log', () => {
  it.each([
    ['  Linen   SHIRT ', 'linen shirt'],
    ['Crème brûlée, 250 ml', 'creme brulee 250 ml'],
    ['12345 shirts', '12345 shirts'],
    ['50 x 70 x 20 cm', '50 x 70 x 20 cm'],
  ])('of %j is its folded words', (raw, query) => {
    expect(loggedQuery(raw)).toBe(query);
  });

  it.each([
    ['ada@example.com'],
    ['ada ＠ example'],
    ['123456'],
    ['order 10029384'],
    ['+49 (30) 90-18'],
    ['0171/12.34'],
    ['１２３４５６'],
    ['١٢٣٤٥٦'],
  ])('that may name a person is not kept: %j', (raw) => {
    expect(loggedQuery(raw)).toBe('');
  });

  it('that has no words is not kept', () => {
    expect(['', ' ', '…!', '\ud800'].map(loggedQuery)).toEqual(['', '', '', '']);
  });

  it('has 100 characters at most, none of them half', () => {
    expect(loggedQuery('a'.repeat(300))).toBe('a'.repeat(100));
    expect(loggedQuery(`${'a'.repeat(99)} b`)).toBe('a'.repeat(99));
    expect(loggedQuery('𝒳𠀀'.repeat(80))).toBe('x𠀀'.repeat(50));
  });
});
