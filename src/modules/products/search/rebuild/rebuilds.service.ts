import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '../../../../infrastructure/clock/clock.js';
import { Database } from '../../../../infrastructure/database/database.js';
import type { SignedInActor } from '../../../../infrastructure/http/actor.js';
import type { LongOperation } from '../../../../infrastructure/operations/operation.schema.js';
import { OperationsRepository } from '../../../../infrastructure/operations/operations.repository.js';
import { domainEvent } from '../../../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../../../infrastructure/outbox/outbox.js';
import { SEARCH_REBUILD_REQUESTED } from './rebuild.events.js';
import type { RebuildResult } from './rebuild.schema.js';

/** The kind of the operations that build the search anew. */
export const SEARCH_REBUILD = 'search-rebuild';

const NOTHING_YET: RebuildResult = { products: 0, after: null };

/** Takes wishes for rebuilds. */
@Injectable()
export class RebuildsService {
  constructor(
    private readonly operations: OperationsRepository,
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Lets the search be built anew; the worker does it, and lists and searches go on. */
  request(actor: SignedInActor): Promise<LongOperation> {
    return this.database.transaction(async (tx) => {
      const id = uuidv7();
      const operation = await this.operations.insert(tx, {
        ...{ id, kind: SEARCH_REBUILD, result: NOTHING_YET },
        ...{ createdBy: actor.userId, now: this.clock.now() },
      });
      this.outbox.append(tx, domainEvent(SEARCH_REBUILD_REQUESTED, id, { operationId: id }));
      return operation;
    });
  }
}
