import fc from 'fast-check';
import { chooseLanguage, fallbackLanguages, findLanguage } from './language-choice.js';

const SPOKEN = ['en', 'de', 'de-AT', 'fr-CA', 'zh-Hant'];

describe('the language of Accept-Language', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['de', 'de'],
    ['DE-at', 'de-AT'],
    ['de-CH', 'de'],
    ['de-AT-1996', 'de-AT'],
    ['zh-Hant-CN-x-private', 'zh-Hant'],
    ['zh-Hant-x-private', 'zh-Hant'],
    // Lookup shortens what is wanted, never what there is.
    ['fr', 'en'],
    ['zh', 'en'],
    ['ja, de;q=0.5', 'de'],
    ['de;q=0.5, fr-CA;q=0.8', 'fr-CA'],
    ['de;q=0.5, fr-CA;q=0.5', 'de'],
    ['de;q=0', 'en'],
    ['de-AT, de-AT;q=0, fr-CA;q=0.1', 'de'],
    ['de-CH, de;q=0, fr-CA;q=0.2', 'fr-CA'],
    ['*', 'en'],
    ['en;q=0.1, *', 'de'],
    ['en;q=0, *;q=0.5', 'de'],
    ['*;q=0', 'en'],
    ['de;q=2, fr-CA', 'fr-CA'],
    ['de;q=0.1234, fr-CA;q=0.1', 'fr-CA'],
    ['de;level=1, fr-CA;q=0.1', 'fr-CA'],
    ['de_DE, ;;, =, fr-CA', 'fr-CA'],
    [' de ; q=1.000 ', 'de'],
  ])('%j is answered in %s', (header, language) => {
    expect(chooseLanguage(header, SPOKEN)).toBe(language);
  });

  it('is the only one of a shop with one', () => {
    expect(chooseLanguage('de', ['en'])).toBe('en');
  });

  it('looks at no more than fifty ranges', () => {
    expect(chooseLanguage(`${'ja,'.repeat(50)}de`, SPOKEN)).toBe('en');
  });
});

describe('a tag', () => {
  it('names a language in whatever case', () => {
    expect(findLanguage('zh-HANT', SPOKEN)).toBe('zh-Hant');
    expect(findLanguage('de-CH', SPOKEN)).toBeUndefined();
  });
});

describe('the fallbacks of a language', () => {
  it.each([
    ['de-AT', ['de-AT', 'de']],
    ['de', ['de']],
    ['fr-CA', ['fr-CA']],
    ['en', []],
  ])('of %s are %j', (language, chain) => {
    expect(fallbackLanguages(language, SPOKEN)).toEqual(chain);
  });

  it('end at the own language', () => {
    expect(fallbackLanguages('de-AT', ['de', 'de-AT'])).toEqual(['de-AT']);
  });
});

describe('whatever a header says', () => {
  const part = fc.constantFrom('en', 'de', 'fr', 'zh', 'x', 'AT', 'CA', 'Hant', '1996', '*');
  const tag = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('-'));
  const quality = fc.constantFrom('', ';q=0', ';q=0.3', ';q=1', '; q=0.999', ';q=', ';q=7');
  const written = fc.array(fc.tuple(tag, quality), { maxLength: 8 }).map((ranges) => ranges.map((range) => range.join('')).join(','));
  const header = fc.oneof(written, fc.string({ unit: 'binary' }));
  const spoken = fc.uniqueArray(fc.constantFrom('en', 'de', 'de-AT', 'fr', 'fr-CA', 'zh-Hant'), { minLength: 1 });

  it('the language is one that is spoken, and not one that is refused unless it is the own', () => {
    fc.assert(
      fc.property(header, spoken, (text, languages) => {
        const chosen = chooseLanguage(text, languages);

        expect(languages).toContain(chosen);
        const refused = text.toLowerCase().split(',').includes(`${chosen.toLowerCase()};q=0`);
        if (refused) expect(chosen).toBe(languages[0]);
      }),
    );
  });

  it('a language that is asked for alone, or with any part after it, is answered', () => {
    fc.assert(
      fc.property(spoken, fc.nat(), (languages, index) => {
        const wanted = languages[index % languages.length] ?? '';

        expect(chooseLanguage(wanted, languages)).toBe(wanted);
        expect(chooseLanguage(`${wanted}-x-any`.toUpperCase(), languages)).toBe(wanted);
      }),
    );
  });

  it('each fallback is spoken, is a beginning of the one before it and never the own language', () => {
    fc.assert(
      fc.property(spoken, fc.nat(), (languages, index) => {
        const wanted = languages[index % languages.length] ?? '';
        const chain = fallbackLanguages(wanted, languages);

        for (const [place, language] of chain.entries()) {
          expect(languages.slice(1)).toContain(language);
          if (place > 0) expect(chain[place - 1]?.startsWith(`${language}-`)).toBe(true);
        }
      }),
    );
  });
});
