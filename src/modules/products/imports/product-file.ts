import type { ImportFormat } from './import.schema.js';
import { checkNdjson, NdjsonReader } from './ndjson.js';
import type { FilePosition, ProductReader } from './product-group.js';
import { readCsvHeader, ShopifyCsvReader } from './shopify-csv.js';

/**
 * Refuses a file that cannot be one of products.
 *
 * @param head the first bytes of the file
 * @throws Problem `invalid_file` (400)
 */
export function checkProductFile(format: ImportFormat, head: Buffer): void {
  if (format === 'ndjson') checkNdjson(head);
  else readCsvHeader(head);
}

/** A file that is to be read from a position on. */
export interface OpenFile {
  readonly format: ImportFormat;
  /** Currency of the prices, where the format names none. */
  readonly currency: string;
  readonly position: FilePosition;
  /** The bytes of the file from an offset on. */
  readonly read: (offset: number) => AsyncIterable<Buffer>;
}

/** A reader that stands at the position of a file, and the offset of the bytes that it wants. */
export async function openProductFile({
  format,
  currency,
  position,
  read,
}: OpenFile): Promise<{ reader: ProductReader; offset: number }> {
  if (format === 'ndjson') return { reader: new NdjsonReader(position), offset: position.offset };
  const header = readCsvHeader(await readHead(read(0)));
  const from = position.offset === 0 ? header.end : position;
  return { reader: new ShopifyCsvReader(header.columns, from, currency), offset: from.offset };
}

/** The longest header, and a row. */
const HEAD_BYTES = 1_310_720;

async function readHead(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of bytes) {
    pieces.push(piece);
    length += piece.length;
    if (length >= HEAD_BYTES) break;
  }
  return Buffer.concat(pieces, length);
}
