import { z } from 'zod';
import { pageQueryShape, pageSchema } from '../../../common/pagination/page.schema.js';
import { repeated } from '../../../common/text/repeated.js';
import { IdSchema, line, TimestampSchema } from '../../../common/text/text.schema.js';
import { AttributeCodeSchema, AttributeTypeSchema, MAX_ATTRIBUTES } from './attribute.schema.js';

const MAX_CHOICES = 200;

const CodeSchema = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case letters and digits with single hyphens')
  .meta({ description: 'The name that programs have for the type; unique.', examples: ['shoe'] });

const definitionShape = {
  code: AttributeCodeSchema,
  name: line(200).meta({ examples: ['Sole height'] }),
  type: AttributeTypeSchema,
  unit: line(20).nullable().meta({ description: 'What a `number` counts; none for other types.', examples: ['mm'] }),
  values: z.array(line(100)).max(MAX_CHOICES).meta({ description: 'What a `choice` is made from; none for other types.' }),
  required: z.boolean().meta({ description: 'Whether a product must have it from its next change on.' }),
  filterable: z.boolean(),
  searchable: z.boolean(),
};

const DefinitionSchema = z.strictObject(definitionShape).meta({ id: 'AttributeDefinition' });

const NewDefinitionSchema = z
  .strictObject({
    ...definitionShape,
    unit: definitionShape.unit.default(null),
    values: definitionShape.values.default([]),
    required: definitionShape.required.default(false),
    filterable: definitionShape.filterable.default(true),
    searchable: definitionShape.searchable.default(true),
  })
  .superRefine(({ type, unit, values }, context) => {
    const refuse = (path: (string | number)[], message: string): void => { context.addIssue({ code: 'custom', path, message }); };
    if (unit !== null && type !== 'number') refuse(['unit'], 'is for numbers alone');
    if (values.length > 0 && type !== 'choice') refuse(['values'], 'are for choices alone');
    if (values.length === 0 && type === 'choice') refuse(['values'], 'must name what a choice is made from');
    for (const index of repeated(values)) refuse(['values', index], 'is named twice');
  })
  .meta({ id: 'NewAttributeDefinition', examples: [{ code: 'sole_height', name: 'Sole height', type: 'number', unit: 'mm' }] });

const DefinitionsSchema = z
  .array(NewDefinitionSchema)
  .max(MAX_ATTRIBUTES)
  .superRefine((definitions, context) => {
    for (const index of repeated(definitions.map(({ code }) => code))) {
      context.addIssue({ code: 'custom', path: [index, 'code'], message: 'is named twice' });
    }
  });

/** A product type as staff edit it. */
export const ProductTypeSchema = z
  .strictObject({
    id: IdSchema,
    code: z.string(),
    name: z.string(),
    attributes: z.array(DefinitionSchema).meta({ description: 'In the order in which products show them.' }),
    version: z.int(),
    createdAt: TimestampSchema,
    updatedAt: TimestampSchema,
  })
  .meta({ id: 'ProductType' });

/** A page of product types. */
export const ProductTypePageSchema = pageSchema(ProductTypeSchema, 'ProductTypePage');

/** Query of the list of product types. */
export const ListProductTypesSchema = z.strictObject(pageQueryShape);

const details = { code: CodeSchema, name: line(200) };

/** A product type that is to be made. */
export const CreateProductTypeSchema = z
  .strictObject({ ...details, attributes: DefinitionsSchema.default([]) })
  .meta({
    id: 'CreateProductType',
    examples: [
      {
        code: 'shoe',
        name: 'Shoe',
        attributes: [
          { code: 'material', name: 'Material', type: 'choice', values: ['Leather', 'Canvas'], required: true },
          { code: 'sole_height', name: 'Sole height', type: 'number', unit: 'mm' },
        ],
      },
    ],
  });

/** What staff change of a product type; what is left out stays. */
export const UpdateProductTypeSchema = z
  .strictObject({
    code: details.code.optional(),
    name: details.name.optional(),
    attributes: DefinitionsSchema.optional().meta({
      description:
        'All attributes in their order, in place of those before. One that products have can get another name, unit or more values; it cannot be left out, change its type or lose a value that a product has.',
    }),
  })
  .refine((changes) => Object.keys(changes).length > 0, 'must change something')
  .meta({ id: 'UpdateProductType', examples: [{ name: 'Shoes' }] });

export type ProductType = z.infer<typeof ProductTypeSchema>;
export type ListProductTypes = z.output<typeof ListProductTypesSchema>;
export type CreateProductType = z.output<typeof CreateProductTypeSchema>;
export type UpdateProductType = z.output<typeof UpdateProductTypeSchema>;
