import { formsOf, irregularFormsOf, isAsking, spacedForm } from './word-forms.js';

describe('the forms of a word', () => {
  it.each([
    ['belt', ['belt', 'belts']],
    ['belts', ['belts', 'belt']],
    ['dress', ['dress', 'dresses']],
    ['watches', ['watches', 'watch', 'watche']],
    ['battery', ['battery', 'batteries']],
    ['batteries', ['batteries', 'battery']],
    ['toy', ['toy', 'toys']],
    ['tv', ['tv']],
    ['27', ['27']],
  ])('of %s are %j', (word, forms) => {
    expect(formsOf(word)).toEqual(forms);
  });

  it.each([
    ['scarves', ['scarf', 'scarfe']],
    ['knife', ['knives']],
    ['shelf', ['shelves']],
    ['feet', ['foot']],
    ['woman', ['women']],
    ['cliff', []],
    ['lamp', []],
  ])('with another stem, of %s, are %j', (word, forms) => {
    expect(irregularFormsOf(word)).toEqual(forms);
  });

  it.each([
    ['500ml', ['500', 'ml']],
    ['20000mah', ['20', '000', 'mah']],
    ['1000', ['1', '000']],
    ['500', null],
    ['a4', null],
    ['lamp', null],
  ])('of %s, written apart, are %j', (word, forms) => {
    expect(spacedForm(word)).toEqual(forms);
  });
});

describe('a word with which people ask', () => {
  it('is told from others', () => {
    expect(['need', 'lamp'].map(isAsking)).toEqual([true, false]);
  });
});
