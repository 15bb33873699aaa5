/** A JSON Schema as the documents hold it. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly example?: unknown;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

const BY_FORMAT: Readonly<Record<string, string>> = {
  uuid: '01977b0e-5a7a-7c3e-8f0e-4d2a9b1c6e5f',
  'date-time': '2026-01-31T09:30:00.000Z',
};

/** What the fields of our resources look like, by name. */
const BY_NAME: Readonly<Record<string, unknown>> = {
  access_token: 'eyJhbGciOiJIUzI1NiIs…',
  actor: 'guest',
  alt: 'The front',
  amount: 1999,
  city: 'Berlin',
  code: 'invalid_request',
  country: 'DE',
  currency: 'EUR',
  description: 'A light shirt of washed linen.',
  detail: 'must be a whole number',
  email: 'ada@example.com',
  expires_in: 600,
  imageUrl: 'https://images.example.com/shirt.jpg',
  inStock: true,
  line: 7,
  line1: 'Main Street 1',
  name: 'Ada Lovelace',
  nextCursor: null,
  number: '1001',
  pointer: '/quantity',
  postalCode: '10115',
  progress: 100,
  quantity: 1,
  sku: 'SHIRT-M',
  slug: 'linen-shirt',
  tags: ['linen'],
  title: 'Linen shirt',
  token: 'pQ7Zs0…',
  url: 'https://images.example.com/shirt.jpg',
  values: ['M', 'L'],
  variantTitle: 'M',
  vendor: 'Nordlicht',
  version: 1,
};

/**
 * An example of a schema, made of the examples that it holds and of what our fields
 * look like; it fits the schema.
 *
 * @param schemas the components that references lead to
 */
export function exampleOf(schema: JsonSchema, schemas: Readonly<Record<string, JsonSchema>>, name = ''): unknown {
  const resolved = resolve(schema, schemas);
  const given = resolved.example ?? resolved.examples?.[0] ?? resolved.const;
  if (given !== undefined) return given;
  if (resolved.properties) return exampleOfFields(resolved.properties, schemas);
  const [alternative] = resolved.anyOf ?? resolved.oneOf ?? [];
  if (!alternative) return exampleOfValue(resolved, schemas, name);
  return name in BY_NAME ? BY_NAME[name] : exampleOf(alternative, schemas, name);
}

function resolve(schema: JsonSchema, schemas: Readonly<Record<string, JsonSchema>>): JsonSchema {
  if (schema.$ref === undefined) return schema;
  return schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {};
}

function exampleOfFields(
  fields: Readonly<Record<string, JsonSchema>>,
  schemas: Readonly<Record<string, JsonSchema>>,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([key, part]) => [key, exampleOf(part, schemas, key)]));
}

function exampleOfValue(schema: JsonSchema, schemas: Readonly<Record<string, JsonSchema>>, name: string): unknown {
  if (schema.enum) return schema.enum[0];
  if (schema.format !== undefined && schema.format in BY_FORMAT) return BY_FORMAT[schema.format];
  if (name in BY_NAME) return BY_NAME[name];
  if (schema.items) return [exampleOf(schema.items, schemas)];
  const zero: Readonly<Record<string, unknown>> = { integer: 0, number: 0, boolean: true, object: {}, string: 'text' };
  return zero[String(schema.type)] ?? schema.default ?? null;
}
