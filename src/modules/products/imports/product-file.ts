import type { ImportFormat } from './import.schema.js';
import { readNdjson } from './ndjson.js';
import { readShopifyCsv, type ProductGroup } from './shopify-csv.js';

/**
 * Reads the products of a file in one of the formats.
 *
 * @param currency currency of the prices, where the format names none
 * @throws Problem `invalid_file` (400) when the bytes are no such file
 */
export function readProductFile(format: ImportFormat, file: Buffer, currency: string): ProductGroup[] {
  return format === 'ndjson' ? readNdjson(file) : readShopifyCsv(file, currency);
}
