import { valuesOfAll, walkSource, type Walk } from './walk.js';

describe('the values that all matches have', () => {
  it('are those of the groups with one value', () => {
    const filters = new Map([['vendor', ['vendor=A']], ['tag', ['tag=x', 'tag=y']], ['option.Size', ['option.Size=M']]]);

    expect(valuesOfAll(filters)).toEqual(['vendor=A', 'option.Size=M']);
    expect(valuesOfAll(filters, (group) => group !== 'vendor')).toEqual(['option.Size=M']);
  });

  it('are none of which the bits of a row say nothing', () => {
    expect(valuesOfAll(new Map([['stock', ['stock=in']], ['rating', ['rating=4']]]))).toEqual([]);
  });
});

describe('a walk', () => {
  const walk: Walk = { column: 'price', direction: 'ASC', rows: '$1', from: ['f'], wanted: ['w'], values: null };

  it('reads each row where no value is asked for', () => {
    expect(walkSource(walk)).not.toMatch(/filter_bits|JOIN/);
    expect(walkSource({ ...walk, wanted: [] })).not.toMatch(/\) s WHERE/);
  });

  it('joins the rows to the entries of the index that may have all values, in the same order', () => {
    expect(walkSource({ ...walk, values: '$2' })).toMatch(/JOIN product_search s [^]*filter_bits & [^]* AND w ORDER BY w\.place ASC, w\.product_id ASC$/);
  });
});
