import fc, { type Arbitrary } from 'fast-check';

/** A JSON Schema as the documents hold it. */
export interface DocumentSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly DocumentSchema[];
  readonly oneOf?: readonly DocumentSchema[];
  readonly properties?: Readonly<Record<string, DocumentSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: DocumentSchema | boolean;
  readonly propertyNames?: DocumentSchema;
  readonly items?: DocumentSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Texts that have broken other systems. */
export const NASTY = [
  ...['', '\u0000', '../../etc/passwd', "'; DROP TABLE orders; --", '%00', '%', '\\', '__proto__', 'constructor'],
  ...['🛒'.repeat(50), 'שלום עולם', 'x'.repeat(400), '-1', '1e309', '9007199254740993', 'true', 'null', 'NaN'],
  ...['2026-13-45T99:99:99Z', '\ud800', '0x7f000001', '<script>alert(1)</script>', '${7*7}', '{{7*7}}'],
] as const;

const MAX_TEXT = 60;
const MAX_ITEMS = 4;

/** Makes values that fit a schema of the document. */
export class SchemaValues {
  /**
   * @param components the schemas that references lead to
   * @param ids ids of things that exist
   */
  constructor(
    private readonly components: Readonly<Record<string, DocumentSchema>>,
    private readonly ids: readonly string[],
  ) {}

  /** Values that fit a schema. */
  of(schema: DocumentSchema): Arbitrary<unknown> {
    if (schema.$ref !== undefined) return this.of(this.components[schema.$ref.split('/').at(-1) ?? ''] ?? {});
    if (schema.const !== undefined) return fc.constant(schema.const);
    if (schema.enum) return fc.constantFrom(...schema.enum);
    const alternatives = schema.anyOf ?? schema.oneOf;
    if (alternatives) return fc.oneof(...alternatives.map((alternative) => this.of(alternative)));
    if (typeof schema.type === 'object') return fc.oneof(...schema.type.map((type) => this.of({ ...schema, type })));
    return this.ofType(schema);
  }

  private ofType(schema: DocumentSchema): Arbitrary<unknown> {
    switch (schema.type) {
      case 'string':
        return this.text(schema);
      case 'integer':
        return this.integer(schema);
      case 'number':
        return fc.double({ min: schema.minimum ?? -1e6, max: schema.maximum ?? 1e6, noNaN: true });
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      case 'array':
        return this.array(schema);
      case 'object':
        return this.object(schema);
      default:
        return fc.jsonValue({ maxDepth: 2 });
    }
  }

  private text({ format, pattern, minLength = 0, maxLength = MAX_TEXT }: DocumentSchema): Arbitrary<string> {
    if (format === 'uuid') return fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...this.ids) }, { weight: 1, arbitrary: fc.uuid({ version: 7 }) });
    if (format === 'email') return fc.nat({ max: 99_999 }).map((n) => `person-${String(n)}@example.com`);
    if (format === 'uri') return fc.nat({ max: 999 }).map((n) => `https://example.com/${String(n)}`);
    if (format === 'date-time') {
      const [min, max] = [new Date('2020-01-01T00:00:00Z'), new Date('2035-01-01T00:00:00Z')];
      return fc.date({ min, max, noInvalidDate: true }).map((date) => date.toISOString());
    }
    if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
    const [min, max] = [minLength, Math.max(minLength, Math.min(maxLength, MAX_TEXT))];
    return fc.string({ unit: 'grapheme-ascii', minLength: min, maxLength: max });
  }

  private integer({ minimum = -1_000, maximum = 1_000_000 }: DocumentSchema): Arbitrary<number> {
    const [min, max] = [Math.max(minimum, Number.MIN_SAFE_INTEGER), Math.min(maximum, Number.MAX_SAFE_INTEGER)];
    return fc.oneof(fc.integer({ min, max }), fc.integer({ min, max: Math.max(min, Math.min(max, 5)) }), fc.constantFrom(min, max));
  }

  private array({ items = {}, minItems = 0, maxItems = MAX_ITEMS }: DocumentSchema): Arbitrary<unknown[]> {
    return fc.array(this.of(items), { minLength: minItems, maxLength: Math.max(minItems, Math.min(maxItems, MAX_ITEMS)) });
  }

  private object({ properties = {}, required = [], additionalProperties, propertyNames }: DocumentSchema): Arbitrary<unknown> {
    const known = Object.entries(properties).map(([name, schema]): [string, Arbitrary<unknown>] => [name, this.of(schema)]);
    if (known.length === 0 && typeof additionalProperties === 'object') {
      return fc.dictionary(this.of(propertyNames ?? { type: 'string', minLength: 1 }) as Arbitrary<string>, this.of(additionalProperties), { maxKeys: 3 });
    }
    return fc.record(Object.fromEntries(known), { requiredKeys: [...required] });
  }
}

/** A value with one thing in it wrong: a part left out, unknown, or of another kind. */
export function nearly(value: unknown, nasty: { at: number; text: string; kind: number }): unknown {
  if (Array.isArray(value)) {
    if (value.length === 0) return [nasty.text];
    const index = nasty.at % value.length;
    return value.map((part: unknown, position) => (position === index ? nearly(part, nasty) : part));
  }
  if (typeof value !== 'object' || value === null) return [nasty.text, -1, 1.5, null, [], {}, true][nasty.kind % 7];
  const entries = Object.entries(value);
  const index = nasty.at % (entries.length + 1);
  if (index === entries.length) return { ...value, [nasty.text || 'unknown']: nasty.text };
  if (nasty.kind % 3 === 0) return Object.fromEntries(entries.filter((_, position) => position !== index));
  return Object.fromEntries(entries.map(([name, part], position) => [name, position === index ? nearly(part, { ...nasty, at: nasty.at >> 2 }) : part]));
}
