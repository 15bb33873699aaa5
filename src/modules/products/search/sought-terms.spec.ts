import { soughtOf, type SoughtTerms } from './sought-terms.js';
import { allOf, anyOf, lexeme, noneOf, type Term } from './ts-query.js';

const PRODUCTS = 1_000_000;

const term = (name: string, share: number, titleShare = share): Term => ({ sql: lexeme(name), share, titleShare, reading: share });
const COMMON = term('common', 1 / 3);
const RARER = term('rarer', 1 / 20);
const RARE = term('rare', 1 / 100);

const queriesFor = (terms: Partial<SoughtTerms>): readonly string[] => soughtOf({ words: [], titleWords: [], ...terms }, PRODUCTS).words.queries;

describe('the terms that an index is to find', () => {
  it.each([1, 0.5, 0.001, 0])('are the only one, in a share of %p of the products', (share) => {
    expect(queriesFor({ words: [term('one', share)] })).toEqual(["('one')"]);
  });

  it('are the narrow ones, in the order of the query', () => {
    expect(queriesFor({ words: [COMMON, RARER, RARE] })).toEqual(["('rarer') & ('rare')"]);
  });

  it('are all of those that are alike rare, each by itself up to three', () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => term(name, 0.05)) as [Term, Term, Term, Term];

    expect(queriesFor({ words: [a, b, c] })).toEqual(["'a'", "'b'", "'c'"]);
    expect(queriesFor({ words: [a, b, c, d] })).toEqual(["'a'", "'b'", "'c'", "('d')"]);
  });

  it('are without what most products have, such as a filter', () => {
    expect(queriesFor({ words: [RARE, term('stock=in', 0.85)] })).toEqual(["('rare')"]);
  });

  it('are without what must not be found, unless there is nothing else', () => {
    const unwanted = noneOf([COMMON]);

    expect(queriesFor({ words: [unwanted, term('all', 0.9)] })).toEqual(["('all')"]);
    expect(queriesFor({ words: [unwanted, noneOf([RARER])] })).toEqual([allOf([unwanted, noneOf([RARER])]).sql]);
  });

  it('are without a beginning where the other words are narrow', () => {
    const begun = anyOf([RARE, { ...term('=rare', 0.01), sql: "'=rare':*", reading: 0.3 }]);

    expect(queriesFor({ words: [RARE, term('other', 0.01), begun] })).toEqual(["'rare'", "'other'"]);
  });

  it('are told apart by the column that has them', () => {
    const sought = soughtOf({ words: [term('vendor=Acme', 0.001), term('stock=in', 0.85)], titleWords: [term('word', 0.1, 0.001)] }, PRODUCTS);

    expect(sought.words).toEqual({ queries: ["('vendor=Acme')"], isAll: false });
    expect(sought.titleWords).toEqual({ queries: ["('word')"], isAll: true });
  });

  it('are none where there are no terms', () => {
    expect(queriesFor({})).toEqual([]);
  });
});
