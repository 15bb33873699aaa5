import { Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, type SignedInActor } from '../../../../infrastructure/http/actor.js';
import { Operation } from '../../../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../../../infrastructure/http/requires.decorator.js';
import { Idempotent } from '../../../../infrastructure/idempotency/idempotent.decorator.js';
import type { LongOperation } from '../../../../infrastructure/operations/operation.schema.js';
import { SEARCH_REBUILD_REQUESTED } from './rebuild.events.js';
import { RebuildOperationSchema } from './rebuild.schema.js';
import { RebuildsService } from './rebuilds.service.js';

const HOW = `PostgreSQL keeps the search up to date by itself; a rebuild is for after a repair by hand. It writes the row of each
product anew, batch by batch, while lists and searches go on, and counts all words in the end: follow \`Location\`.`;

/** Building the search anew, for staff. */
@ApiTags('Search')
@Controller('v1/admin/search/rebuild')
export class RebuildsController {
  constructor(private readonly rebuilds: RebuildsService) {}

  @Post()
  @Requires('products:write')
  @Idempotent('optional')
  @Operation({
    id: 'rebuildSearch', emits: [SEARCH_REBUILD_REQUESTED],
    summary: 'Build the search anew beside the live traffic',
    description: HOW,
    status: 202,
    answers: RebuildOperationSchema,
    location: '/v1/admin/operations/{id}',
  })
  request(@CurrentActor() actor: SignedInActor): Promise<LongOperation> {
    return this.rebuilds.request(actor);
  }
}
