import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
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
import { readProductFile } from './product-file.js';

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
  request(actor: SignedInActor, input: CreateImport): Promise<LongOperation> {
    const currency = input.currency ?? this.config.shop.defaultCurrency;
    const groups = readProductFile(input.format, input.file.data, currency);
    return this.database.transaction(async (tx) => {
      const now = this.clock.now();
      const row = {
        id: uuidv7(),
        format: input.format,
        currency,
        file: input.file.data,
        state: 'queued' as const,
        rowsTotal: groups.reduce((sum, { rows }) => sum + rows, 0),
        rowsProcessed: 0,
        result: EMPTY_RESULT,
        failure: null,
        createdBy: actor.userId,
        createdAt: now,
        updatedAt: now,
      };
      const { id, createdBy } = row;
      const operation = await this.operations.insert(tx, { id, kind: PRODUCT_IMPORT, result: null, createdBy, now });
      await this.imports.insert(tx, row);
      this.outbox.append(tx, domainEvent(IMPORT_REQUESTED, row.id, { importId: row.id }));
      return operation;
    });
  }
}
