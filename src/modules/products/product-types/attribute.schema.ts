import { z } from 'zod';
import { IdSchema, text } from '../../../common/text/text.schema.js';
import { ATTRIBUTE_TYPES } from './product-type.entity.js';

/** Most attributes of a type. */
export const MAX_ATTRIBUTES = 50;
const MAX_TEXT_LENGTH = 1_000;

/** The name that programs have for an attribute. */
export const AttributeCodeSchema = z
  .string()
  .max(50)
  .regex(/^[a-z0-9][a-z0-9_]*$/, 'must be lower-case letters, digits and underscores')
  .meta({ examples: ['sole_height'] });

/** What kind of values an attribute has. */
export const AttributeTypeSchema = z.enum(ATTRIBUTE_TYPES);

const ValueSchema = z.union([text(MAX_TEXT_LENGTH).min(1), z.number(), z.boolean()]);
const examples = [{ sole_height: 22.5, colour: 'Red', waterproof: true, since: '2026-03-01' }];

/** The attributes of a product that is made, or those that it has from now on. */
export const AttributesSchema = z
  .record(AttributeCodeSchema, ValueSchema)
  .refine(atMost(MAX_ATTRIBUTES), `has more than ${String(MAX_ATTRIBUTES)} keys`)
  .meta({
    description:
      'Values by the `code` of the attribute; the product type says which there are, and of what kind. A `date` is written `2026-03-01`.',
    examples,
  });

/** The attributes of a product that are changed. */
export const AttributeChangesSchema = z
  .record(AttributeCodeSchema, ValueSchema.nullable())
  // A change may take all attributes of one type away and give all of another.
  .refine(atMost(2 * MAX_ATTRIBUTES), `has more than ${String(2 * MAX_ATTRIBUTES)} keys`)
  .meta({
    description:
      'Values by the `code` of the attribute. Each that is named is replaced, `null` takes it away, and the others stay. What the product then has must fit its type, so with another `productTypeId` name what does not fit that one. Attributes that have become required since must be given with the next change of the product.',
    examples,
  });

/** What a product that is made or changed says of its type. */
export const ProductTypeIdSchema = IdSchema.nullable()
  .optional()
  .meta({ description: 'The product type, which says what attributes the product has; `null` for none.' });

/** An attribute of a product with its value. */
export const ProductAttributeSchema = z
  .strictObject({
    code: z.string(),
    name: z.string(),
    type: AttributeTypeSchema,
    value: z.union([z.string(), z.number(), z.boolean()]).meta({ examples: [22.5] }),
    unit: z.string().nullable().meta({ description: 'What a number counts, such as `mm`.' }),
  })
  .meta({ id: 'ProductAttribute' });

/** The type of a product, as the product shows it. */
export const ProductTypeReferenceSchema = z
  .strictObject({ id: IdSchema, code: z.string(), name: z.string() })
  .meta({ id: 'ProductTypeReference' });

/** A value of an attribute. */
export type AttributeValue = z.output<typeof ValueSchema>;
/** Values of attributes by their codes. */
export type AttributeValues = Record<string, AttributeValue>;
export type AttributeChanges = z.output<typeof AttributeChangesSchema>;
export type ProductAttribute = z.infer<typeof ProductAttributeSchema>;
export type ProductTypeReference = z.infer<typeof ProductTypeReferenceSchema>;

function atMost(max: number): (values: Readonly<Record<string, unknown>>) => boolean {
  return (values) => Object.keys(values).length <= max;
}
