import { z } from 'zod';
import { CurrencySchema } from '../../../common/money/money.schema.js';
import { LongOperationSchema } from '../../../infrastructure/operations/operation.schema.js';
import { StagedFile } from './staged-file.js';

const RowErrorSchema = z
  .strictObject({
    line: z.int().meta({ description: 'Line of the file on which the row begins; the header is line 1.' }),
    field: z.string().nullable(),
    detail: z.string(),
  })
  .meta({ id: 'ImportRowError' });

/** What an import has done so far. */
const ResultSchema = z
  .strictObject({
    rows: z.int(),
    productsCreated: z.int(),
    productsUpdated: z.int(),
    productsUnchanged: z.int(),
    variantsCreated: z.int(),
    variantsUpdated: z.int(),
    errorCount: z.int(),
    errors: z.array(RowErrorSchema).meta({ description: 'The first 1,000 row errors.' }),
  })
  .meta({ id: 'ImportResult' });

/** An import as a long operation. */
export const ImportOperationSchema = LongOperationSchema.extend({ result: ResultSchema.nullable() }).meta({
  id: 'ImportOperation',
});

const FormatSchema = z.enum(['shopify-csv', 'ndjson']).meta({
  description: 'A CSV as Shopify writes it, or lines of JSON as an export of products writes them.',
});

/** What kind of file is imported. */
export type ImportFormat = z.infer<typeof FormatSchema>;
/** Where an import stands. */
export type ImportState = 'queued' | 'running' | 'succeeded' | 'failed';
export type ImportResult = z.infer<typeof ResultSchema>;
export type RowError = z.infer<typeof RowErrorSchema>;

/** The form of an import. */
export const CreateImportSchema = z
  .strictObject({
    format: FormatSchema,
    currency: CurrencySchema.optional().meta({ description: 'Currency of the prices in a CSV; NDJSON names its own.' }),
    file: z
      .instanceof(StagedFile, { message: 'must be a file' })
      .meta({ type: 'string', format: 'binary', description: 'The file; a setting of the shop says how large it may be.' }),
  })
  .meta({ id: 'CreateImport' });

export type CreateImport = z.output<typeof CreateImportSchema>;

/** The result of an import that has done nothing yet. */
export const EMPTY_RESULT: ImportResult = {
  rows: 0,
  productsCreated: 0,
  productsUpdated: 0,
  productsUnchanged: 0,
  variantsCreated: 0,
  variantsUpdated: 0,
  errorCount: 0,
  errors: [],
};
