import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, type Actor } from '../../../infrastructure/http/actor.js';
import { Operation } from '../../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../../infrastructure/http/requires.decorator.js';
import { Idempotent } from '../../../infrastructure/idempotency/idempotent.decorator.js';
import { PRODUCT_ARCHIVED, PRODUCT_CREATED, PRODUCT_UPDATED } from '../product.events.js';
import { BulkProductsService } from './bulk-products.service.js';
import { BulkAnswerSchema, BulkProductsSchema, type BulkAnswer, type BulkProducts } from './bulk.schema.js';

/** Many changes of the catalogue in one call, for staff. */
@ApiTags('Products')
@Controller('v1/admin/products/bulk')
export class BulkProductsController {
  constructor(private readonly bulk: BulkProductsService) {}

  @Post()
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'bulkProducts', emits: [PRODUCT_ARCHIVED, PRODUCT_CREATED, PRODUCT_UPDATED],
    summary: 'Make, change and archive many products in one call',
    description:
      'All items are done in one transaction, in their order. With `each` the answer says of each item what came of it; with `atomic` one item that fails refuses them all.',
    answers: BulkAnswerSchema,
    problems: ['bulk_refused'],
  })
  run(@CurrentActor() actor: Actor, @Body({ schema: BulkProductsSchema }) input: BulkProducts): Promise<BulkAnswer> {
    return this.bulk.run(actor, input);
  }
}
