import { z } from 'zod';
import type { InputFault } from '../../../common/problems/problem.js';
import type { AttributeChanges, AttributeValue, AttributeValues } from './attribute.schema.js';
import type { AttributeDefinition, AttributeType } from './product-type.entity.js';

const MAX_FAULTS = 50;
/** The greatest number that is kept exactly to the unit, by every reader of JSON. */
const MAX_NUMBER = Number.MAX_SAFE_INTEGER;
const DateSchema = z.iso.date();

/** Why values do not fit the attributes of a type: unknown ones, wrong ones and those that are missing. */
export function attributeFaults(definitions: readonly AttributeDefinition[], values: Readonly<AttributeValues>): InputFault[] {
  const given = new Map(Object.entries(values));
  const known = new Set(definitions.map(({ code }) => code));
  const unknown = [...given.keys()]
    .filter((code) => !known.has(code))
    .map((code) => fault(code, 'is no attribute of the product type'));
  const unfit = definitions.flatMap((definition) => {
    const detail = unfitness(definition, given.get(definition.code));
    return detail === null ? [] : [fault(definition.code, detail)];
  });
  return [...unknown, ...unfit].slice(0, MAX_FAULTS);
}

/** The values with the named ones replaced, and those that are `null` taken away. */
export function withChanges(values: Readonly<AttributeValues>, changes: Readonly<AttributeChanges>): AttributeValues {
  const entries = Object.entries({ ...values, ...changes });
  return Object.fromEntries(entries.filter((entry): entry is [string, AttributeValue] => entry[1] !== null));
}

/**
 * What products may not have when a type gets other attributes: by code, `null` for any
 * value, or the choices that are taken away. Empty when every value fits as before.
 */
export function takenAway(
  before: readonly AttributeDefinition[],
  after: readonly AttributeDefinition[],
): Record<string, Record<string, true> | null> {
  const kept = new Map(after.map((definition) => [definition.code, definition]));
  const gone: Record<string, Record<string, true> | null> = {};
  for (const { code, type, values } of before) {
    const later = kept.get(code);
    const choices = later?.type === type ? without(values, later.values) : null;
    if (choices === null || choices.length > 0) gone[code] = choices && Object.fromEntries(choices.map((value) => [value, true]));
  }
  return gone;
}

function without(values: readonly string[], kept: readonly string[]): string[] {
  const wanted = new Set(kept);
  return values.filter((value) => !wanted.has(value));
}

/** For each kind of attribute, whether a value is one, and what it must be. */
const KINDS: Readonly<Record<AttributeType, { fits: (value: AttributeValue, choices: readonly string[]) => boolean; must: string }>> = {
  text: { fits: (value) => typeof value === 'string', must: 'must be text' },
  number: {
    fits: (value) => typeof value === 'number' && Math.abs(value) <= MAX_NUMBER,
    must: `must be a number up to ${String(MAX_NUMBER)}`,
  },
  boolean: { fits: (value) => typeof value === 'boolean', must: 'must be true or false' },
  choice: {
    fits: (value, choices) => typeof value === 'string' && choices.includes(value),
    must: 'must be one of the values of the attribute',
  },
  date: { fits: (value) => DateSchema.safeParse(value).success, must: 'must be a date such as 2026-03-01' },
};

function unfitness({ type, values, required }: AttributeDefinition, value: AttributeValue | undefined): string | null {
  if (value === undefined) return required ? 'is required' : null;
  const { fits, must } = KINDS[type];
  return fits(value, values) ? null : must;
}

function fault(code: string, detail: string): InputFault {
  return { pointer: `/attributes/${code}`, detail };
}
