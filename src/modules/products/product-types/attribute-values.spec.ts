import { attributeFaults, takenAway, withChanges } from './attribute-values.js';
import type { AttributeValue } from './attribute.schema.js';
import type { AttributeDefinition, AttributeType } from './product-type.entity.js';

const anAttribute = (type: AttributeType, more: Partial<AttributeDefinition> = {}): AttributeDefinition => ({
  code: 'it',
  name: 'It',
  type,
  unit: null,
  values: type === 'choice' ? ['Red', 'Blue', '7', 'true'] : [],
  required: false,
  filterable: true,
  searchable: true,
  ...more,
});

/** The values of JSON that are worth trying, each with the kinds of attributes that take it. */
const VALUES: readonly (readonly [value: AttributeValue, ...fit: AttributeType[]])[] = [
  ['Red', 'text', 'choice'],
  ['red', 'text'],
  ['Red ', 'text'],
  ['7', 'text', 'choice'],
  ['true', 'text', 'choice'],
  ['constructor', 'text'],
  ['2026-02-28', 'text', 'date'],
  ['2028-02-29', 'text', 'date'],
  ['2026-02-29', 'text'],
  ['2026-13-01', 'text'],
  ['2026-1-1', 'text'],
  ['28.02.2026', 'text'],
  ['2026-02-28T00:00:00Z', 'text'],
  [0, 'number'],
  [-0.5, 'number'],
  [7, 'number'],
  [Number.MIN_VALUE, 'number'],
  [Number.MAX_SAFE_INTEGER, 'number'],
  [-Number.MAX_SAFE_INTEGER, 'number'],
  [Number.MAX_SAFE_INTEGER + 1],
  [Number.MAX_VALUE],
  [true, 'boolean'],
  [false, 'boolean'],
];

const KINDS: readonly AttributeType[] = ['text', 'number', 'boolean', 'choice', 'date'];
const CASES = VALUES.flatMap(([value, ...fit]) => KINDS.map((type) => [value, type, fit.includes(type)] as const));

describe('a value of an attribute', () => {
  it.each(CASES)('%j of a %s fits: %j', (value, type, fits) => {
    const pointers = (required: boolean) =>
      attributeFaults([anAttribute(type, { required })], { it: value }).map(({ pointer }) => pointer);

    expect([pointers(false), pointers(true)]).toEqual(fits ? [[], []] : [['/attributes/it'], ['/attributes/it']]);
  });

  it.each(KINDS)('that is missing is a fault of a %s that is required alone', (type) => {
    expect(attributeFaults([anAttribute(type)], {})).toEqual([]);
    expect(attributeFaults([anAttribute(type, { required: true })], {})).toEqual([
      { pointer: '/attributes/it', detail: 'is required' },
    ]);
  });

  it.each(['other', 'constructor', 'toString', 'IT'])('is unknown as %s', (code) => {
    expect(attributeFaults([anAttribute('text')], { [code]: 'x' })).toEqual([
      { pointer: `/attributes/${code}`, detail: 'is no attribute of the product type' },
    ]);
  });

  it('is one fault of many, of which the first are told', () => {
    const definitions = Array.from({ length: 60 }, (_, index) => anAttribute('text', { code: `a${String(index)}`, required: true }));

    expect(attributeFaults(definitions, {})).toHaveLength(50);
  });
});

describe('changes of values', () => {
  it.each([
    [{ a: 1 }, {}, { a: 1 }],
    [{ a: 1, b: 2 }, { a: 3 }, { a: 3, b: 2 }],
    [{ a: 1, b: 2 }, { a: null }, { b: 2 }],
    [{ a: 1 }, { b: null }, { a: 1 }],
    [{}, { a: false, b: 0 }, { a: false, b: 0 }],
  ])('of %j by %j lead to %j', (values, changes, result) => {
    expect(withChanges(values, changes)).toEqual(result);
  });
});

describe('a change of attributes takes away', () => {
  const text = anAttribute('text', { code: 'text' });
  const choice = anAttribute('choice', { code: 'choice', values: ['a', 'b', '__proto__'] });

  it.each([
    ['nothing when they are the same', [text, choice], {}],
    ['nothing when they stand in another order', [choice, text], {}],
    ['nothing when one is added', [text, choice, anAttribute('date')], {}],
    ['nothing when one is called otherwise or is required', [{ ...text, name: 'Other', required: true }, choice], {}],
    ['nothing when a choice gets more values', [text, { ...choice, values: ['z', '__proto__', 'b', 'a'] }], {}],
    ['every value of one that is left out', [choice], { text: null }],
    ['every value of one that changes its type', [{ ...text, type: 'number' as const }, choice], { text: null }],
    ['every value of one that gets another code', [{ ...text, code: 'texts' }, choice], { text: null }],
    ['the choices that are left out', [text, { ...choice, values: ['b', '__proto__'] }], { choice: { a: true } }],
    ['every value of all when none is left', [], { text: null, choice: null }],
  ])('%s', (_, after, gone) => {
    expect(takenAway([text, choice], after)).toEqual(gone);
  });
});
