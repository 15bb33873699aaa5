import { soughtOf } from './sought-terms.js';
import { allOf, anyOf, lexeme, noneOf, type Term } from './ts-query.js';

const PRODUCTS = 1_000_000;

const term = (name: string, share: number, titleShare = share): Term => ({ sql: lexeme(name), share, titleShare, reading: share });
const COMMON = term('common', 1 / 3);
const RARER = term('rarer', 1 / 20);
const RARE = term('rare', 1 / 100);

describe('the terms that an index is to find', () => {
  it.each([1, 0.5, 0.001, 0])('are the only one, in a share of %p of the products', (share) => {
    expect(soughtOf({ words: [term('one', share)], titleWords: [] }, PRODUCTS).words).toBe("('one')");
  });

  it('are the narrow ones, in the order of the query', () => {
    expect(soughtOf({ words: [COMMON, RARER, RARE], titleWords: [] }, PRODUCTS).words).toBe("('rarer') & ('rare')");
  });

  it('are all of those that are alike rare', () => {
    const words = ['a', 'b', 'c'].map((name) => term(name, 0.001));

    expect(soughtOf({ words, titleWords: [] }, PRODUCTS).words).toBe(allOf(words).sql);
  });

  it('are without what most products have, such as a filter', () => {
    expect(soughtOf({ words: [RARE, term('stock=in', 0.85)], titleWords: [] }, PRODUCTS).words).toBe("('rare')");
  });

  it('are without what must not be found, unless there is nothing else', () => {
    const unwanted = noneOf([COMMON]);

    expect(soughtOf({ words: [unwanted, term('all', 0.9)], titleWords: [] }, PRODUCTS).words).toBe("('all')");
    expect(soughtOf({ words: [unwanted], titleWords: [] }, PRODUCTS).words).toBe(allOf([unwanted]).sql);
  });

  it('are without a beginning where the other words are narrow', () => {
    const begun = anyOf([RARE, { ...term('=rare', 0.01), sql: "'=rare':*", reading: 0.3 }]);

    expect(soughtOf({ words: [RARE, term('other', 0.01), begun], titleWords: [] }, PRODUCTS).words).toBe("('rare') & ('other')");
  });

  it('are told apart by the column that has them', () => {
    const sought = soughtOf({ words: [term('vendor=Acme', 0.001), term('stock=in', 0.85)], titleWords: [term('word', 0.1, 0.001)] }, PRODUCTS);

    expect(sought).toMatchObject({ words: "('vendor=Acme')", titleWords: "('word')" });
  });

  it('are none where there are no terms', () => {
    expect(soughtOf({ words: [], titleWords: [] }, PRODUCTS)).toMatchObject({ words: null, titleWords: null });
  });
});
