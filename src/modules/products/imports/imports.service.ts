import { Injectable } from '@nestjs/common';
import { Config } from '../../../../config/config.js';
import { Clock } from '../../../infrastructure/clock/clock.js';
import { Database } from '../../../infrastructure/database/database.js';
import type { SignedInActor } from '../../../infrastructure/http/actor.js';
import { domainEvent } from '../../../infrastructure/outbox/event-registry.js';
import type { LongOperation } from '../../../infrastructure/operations/operation.schema.js';
import { OperationsRepository } from '../../../infrastructure/operations/operations.repository.js';
import { Outbox } from '../../../infrastructure/outbox/outbox.js';
import { IMPORT_REQUESTED } from './import.events.js';
import { EMPTY_RESULT, type CreateImport } from './import.schema.js';
import { ImportsRepository } from './imports.repository.js';
import { checkProductFile } from './product-file.js';

/** The kind of the operations that import products. */
export const PRODUCT_IMPORT = 'product-import';

/** Takes product files. */
@Injectable()
export class ImportsService {
  constructor(
    private readonly imports: ImportsRepository,
    private readonly operations: OperationsRepository,
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * Takes a file; the worker imports it.
   *
   * @throws Problem `invalid_file` (400) when it is no file of products
   */
  async request(actor: SignedInActor, { format, file, currency = this.config.shop.defaultCurrency }: CreateImport): Promise<LongOperation> {
    checkProductFile(format, file.head);
    const operation = await this.database.transaction(async (tx) => {
      const now = this.clock.now();
      const row = {
        id: file.id,
        format,
        currency,
        bytesTotal: file.bytes,
        bytesProcessed: 0,
        linesProcessed: 0,
        state: 'queued' as const,
        rowsProcessed: 0,
        result: EMPTY_RESULT,
        failure: null,
        createdBy: actor.userId,
        createdAt: now,
        updatedAt: now,
      };
      const { id, createdBy } = row;
      const made = await this.operations.insert(tx, { id, kind: PRODUCT_IMPORT, result: null, createdBy, now });
      await this.imports.insert(tx, row);
      this.outbox.append(tx, domainEvent(IMPORT_REQUESTED, row.id, { importId: row.id }));
      return made;
    });
    file.isTaken = true;
    return operation;
  }
}
