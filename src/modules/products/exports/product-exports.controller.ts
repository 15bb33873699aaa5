import { Readable } from 'node:stream';
import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { Operation } from '../../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../../infrastructure/http/requires.decorator.js';
import { ExportFileSchema, ExportProductsSchema, type ExportProducts } from './export.schema.js';
import { ProductExportsService } from './product-exports.service.js';

const TYPES = { ndjson: 'application/x-ndjson; charset=utf-8', 'shopify-csv': 'text/csv; charset=utf-8' } as const;
const NAMES = { ndjson: 'products.ndjson', 'shopify-csv': 'products.csv' } as const;
/** Pieces of 64 KiB that wait for a slow client at most. */
const WAITING = 4;

const HOW = `All products, in the order of their ids, sent while they are read. A line of \`ndjson\` is a product: the body
that \`createProduct\` takes, with its \`id\`, \`state\` and \`stock\`, and beside it its \`searchBoost\`, its \`productType\` by the
\`code\`, where the shop has several languages its \`translations\`, and where it has several currencies the further \`prices\`
of each variant. An image that was uploaded has its \`imageId\` and an address within this API, and one of some variants
their \`skus\`. \`shopify-csv\` has the columns of Shopify's own files; it
names no currency and three options at most. An export that broke off goes on with \`after\`, the id of the last whole
line that arrived (of a CSV: the id of the product with the last \`Handle\`); it then has no header. Importing an export
makes the same products again, and changes nothing in the shop that it is of.`;

/** Exports of the catalogue, for staff. */
@ApiTags('Products')
@Controller('v1/admin/exports/products')
export class ProductExportsController {
  constructor(private readonly exports: ProductExportsService) {}

  @Get()
  @Requires('products:read')
  @ApiProduces('text/csv', 'application/x-ndjson')
  @Operation({
    id: 'exportProducts',
    summary: 'Export all products',
    description: HOW,
    answers: ExportFileSchema,
  })
  export(@Query({ schema: ExportProductsSchema }) query: ExportProducts): StreamableFile {
    const file = Readable.from(this.exports.write(query), { objectMode: true, highWaterMark: WAITING });
    return new StreamableFile(file, {
      type: TYPES[query.format],
      disposition: `attachment; filename="${NAMES[query.format]}"`,
    });
  }
}
