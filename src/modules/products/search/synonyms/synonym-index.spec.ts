import { SynonymIndex, type SynonymTerms } from './synonym-index.js';

const twoWay = (...terms: string[]): SynonymTerms => ({ kind: 'two_way', terms, replacements: [] });
const oneWay = (terms: string[], replacements: string[]): SynonymTerms => ({ kind: 'one_way', terms, replacements });
const find = (sets: readonly SynonymTerms[], query: string) => new SynonymIndex(sets).find(query === '' ? [] : query.split(' '));

describe('the synonyms of words', () => {
  it('are all other terms of a set that goes both ways', () => {
    const sets = [twoWay('sofa', 'couch', 'settee')];

    expect(find(sets, 'red couch')).toEqual([{ start: 1, length: 1, alternatives: [['sofa'], ['settee']] }]);
    expect(find(sets, 'settee')).toEqual([{ start: 0, length: 1, alternatives: [['sofa'], ['couch']] }]);
  });

  it('are the replacements of a set that goes one way, and not the terms of a replacement', () => {
    const sets = [oneWay(['footwear', 'kicks'], ['shoes', 'rain boots'])];

    expect(find(sets, 'kicks')).toEqual([{ start: 0, length: 1, alternatives: [['shoes'], ['rain', 'boots']] }]);
    expect(find(sets, 'shoes')).toEqual([]);
  });

  it('are found in phrases, the longest first at each word', () => {
    const sets = [twoWay('t shirt', 'tee'), twoWay('shirt', 'blouse'), oneWay(['t'], ['tea'])];

    expect(find(sets, 'linen t shirt t')).toEqual([
      { start: 1, length: 2, alternatives: [['tee']] },
      { start: 1, length: 1, alternatives: [['tea']] },
      { start: 2, length: 1, alternatives: [['blouse']] },
      { start: 3, length: 1, alternatives: [['tea']] },
    ]);
  });

  it('are compared without regard to case, accents and what is no letter', () => {
    const sets = [twoWay('T-Shirt', 'Tricôt à Manches')];

    expect(find(sets, 't shirt')).toEqual([{ start: 0, length: 2, alternatives: [['tricot', 'a', 'manches']] }]);
    expect(find(sets, 'tricot a manches')).toEqual([{ start: 0, length: 3, alternatives: [['t', 'shirt']] }]);
  });

  it('of a term that several sets name are those of all, each once, and never itself', () => {
    const sets = [twoWay('mug', 'cup'), twoWay('cup', 'Mug', 'beaker'), oneWay(['cup'], ['cup', 'goblet', 'beaker'])];

    expect(find(sets, 'cup')).toEqual([{ start: 0, length: 1, alternatives: [['mug'], ['beaker'], ['goblet']] }]);
  });

  it('are 50 at most', () => {
    const sets = Array.from({ length: 100 }, (_, index) => twoWay('cup', `cup${String(index)}`));

    const [match] = find(sets, 'cup');

    expect(match?.alternatives).toHaveLength(50);
    expect(match?.alternatives[0]).toEqual(['cup0']);
  });

  it('are none where no set names them', () => {
    expect(find([oneWay(['cup'], ['cup'])], 'cup')).toEqual([]);
    expect(find([twoWay('a', 'b')], '__proto__ constructor')).toEqual([]);
    expect(find([twoWay('a', 'b')], '')).toEqual([]);
    expect(find([], 'a b')).toEqual([]);
  });
});
