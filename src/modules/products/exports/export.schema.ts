import { z } from 'zod';
import { IdSchema } from '../../../common/text/text.schema.js';

/** What an export is of, and from where on. */
export const ExportProductsSchema = z.strictObject({
  format: z.enum(['ndjson', 'shopify-csv']).default('ndjson'),
  after: IdSchema.optional().meta({ description: 'Id of the last product that you have, to go on after it.' }),
});

/** The file of an export. */
export const ExportFileSchema = z.string().meta({
  examples: ['{"id":"01977b0e-5a7a-7c3e-8f0e-4d2a9b1c6e5f","state":"active","slug":"linen-shirt","title":"Linen shirt", …}\n'],
});

export type ExportProducts = z.output<typeof ExportProductsSchema>;
