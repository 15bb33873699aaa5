import { Injectable } from '@nestjs/common';
import { ProductReadsRepository } from '../product-reads.repository.js';
import type { ExportProducts } from './export.schema.js';
import { CSV_HEADER, toNdjson, toShopifyCsv } from './product-export.js';

const PAGE = 500;

/** Writes the whole catalogue as a file. */
@Injectable()
export class ProductExportsService {
  constructor(private readonly reads: ProductReadsRepository) {}

  /**
   * The file, piece by piece: the next page is read when the last has been taken. No transaction is
   * held over the pages; a product that is changed meanwhile is told as it was when its page was read.
   */
  async *write({ format, after }: ExportProducts): AsyncGenerator<string> {
    const toText = format === 'ndjson' ? toNdjson : toShopifyCsv;
    if (format === 'shopify-csv' && after === undefined) yield CSV_HEADER;
    let last = after;
    for (;;) {
      const rows = await this.reads.listAfter(last, PAGE);
      for (const row of rows) yield toText(row);
      last = rows.at(-1)?.id;
      if (rows.length < PAGE) return;
    }
  }
}
