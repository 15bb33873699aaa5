import fc from 'fast-check';
import { ndcg } from './ndcg.js';

describe('nDCG', () => {
  const judgements = { shirt: 3, blouse: 2, vest: 1 };

  it('is 1 when the best come first', () => {
    expect(ndcg(['shirt', 'blouse', 'vest', 'spade'], judgements)).toBe(1);
  });

  it('is 0 when nothing of use was found', () => {
    expect(ndcg([], judgements)).toBe(0);
    expect(ndcg(['spade', 'rake'], judgements)).toBe(0);
  });

  it('is as computed by hand', () => {
    // (3 + 7 / log2(3)) / (7 + 3 / log2(3) + 1 / 2)
    expect(ndcg(['blouse', 'shirt'], judgements)).toBeCloseTo(7.4165 / 9.3928, 4);
    expect(ndcg(['spade', 'shirt'], { shirt: 3 })).toBeCloseTo(1 / Math.log2(3), 10);
  });

  it('counts only what is found within its depth, and each thing once', () => {
    expect(ndcg(['a', 'b', 'shirt'], { shirt: 3 }, 2)).toBe(0);
    expect(ndcg(['shirt', 'shirt', 'blouse', 'vest'], judgements)).toBe(1);
    expect(ndcg(['a', 'b'], { a: 3, b: 3, c: 3 }, 2)).toBe(1);
  });

  it('lies between 0 and 1, and never falls when a better thing moves up', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    fc.assert(
      fc.property(fc.shuffledSubarray(names), fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 5, maxLength: 5 }), (found, grades) => {
        const judged = Object.fromEntries(names.map((name, index) => [name, grades[index]!]));
        const before = ndcg(found, judged);
        const sorted = ndcg([...found].sort((a, b) => judged[b]! - judged[a]!), judged);
        expect(before).toBeGreaterThanOrEqual(0);
        expect(sorted).toBeGreaterThanOrEqual(before - 1e-9);
        expect(sorted).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });
});
