import fc from 'fast-check';
import { fold } from './fold.js';

describe('the words of a text', () => {
  it.each([
    ['Crème Brûlée', ['creme', 'brulee']],
    ['creme bru\u0302le\u0301e', ['creme', 'brulee']],
    ['STRAßE, GROẞ', ['strasse', 'gross']],
    ['Æble Œuvre Smørrebrød Łódź Đorđe', ['aeble', 'oeuvre', 'smorrebrod', 'lodz', 'dorde']],
    ['Þórður Ísland', ['thordur', 'island']],
    ['İstanbul ışık', ['istanbul', 'isik']],
    ['T-Shirt (2-pack), 100% linen!', ['t', 'shirt', '2', 'pack', '100', 'linen']],
    ['ﬁne Ⅷ １２ ㎏ 𝐀', ['fine', 'viii', '12', 'kg', 'a']],
    ['Чайник 茶壶 Ἀθήνα', ['чаиник', '茶壶', 'αθηνα']],
    ["snake_case \u0000 '; DROP", ['snake', 'case', 'drop']],
    ['\ud800 🛒 — … ❤️ 👩🏽‍🚀 1️⃣', ['1']],
    ['हिन्दी किताब เสื้อ', ['हिन्दी', 'किताब', 'เสื้อ']],
    ['', []],
  ])('of %j are %j', (text, words) => {
    expect(fold(text)).toEqual(words);
  });

  it('are the same when they are folded again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const words = fold(text);

        expect(fold(words.join(' '))).toEqual(words);
        expect(words.filter((word) => /[^a-z0-9\u0080-\u{10ffff}]|\s/u.test(word))).toEqual([]);
      }),
    );
  });
});
