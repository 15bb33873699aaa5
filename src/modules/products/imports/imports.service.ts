import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Config } from '../../../../config/config.js';
import { problem } from '../../../common/problems/problem.js';
import { Clock } from '../../../infrastructure/clock/clock.js';
import { Database } from '../../../infrastructure/database/database.js';
import type { SignedInActor } from '../../../infrastructure/http/actor.js';
import { domainEvent } from '../../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../../infrastructure/outbox/outbox.js';
import { IMPORT_REQUESTED } from './import.events.js';
import { EMPTY_RESULT, type CreateImport, type ImportOperation } from './import.schema.js';
import { ImportsRepository, type ImportRow } from './imports.repository.js';
import { readShopifyCsv } from './shopify-csv.js';

/** Takes product files and tells how far their import is. */
@Injectable()
export class ImportsService {
  constructor(
    private readonly imports: ImportsRepository,
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * Takes a file; the worker imports it.
   *
   * @throws Problem `invalid_file` (400) when it is no product CSV
   */
  request(actor: SignedInActor, input: CreateImport): Promise<ImportOperation> {
    const currency = input.currency ?? this.config.shop.defaultCurrency;
    const groups = readShopifyCsv(input.file.data, currency);
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
      await this.imports.insert(tx, row);
      this.outbox.append(tx, domainEvent(IMPORT_REQUESTED, row.id, { importId: row.id }));
      return toOperation(row);
    });
  }

  /**
   * How far an import is.
   *
   * @throws Problem `not_found` (404)
   */
  async get(id: string): Promise<ImportOperation> {
    const row = await this.imports.find(id);
    if (!row) throw problem('not_found');
    return toOperation(row);
  }
}

function toOperation(row: ImportRow): ImportOperation {
  const percent = row.rowsTotal === 0 ? 0 : Math.floor((row.rowsProcessed / row.rowsTotal) * 100);
  return {
    id: row.id,
    kind: 'product-import',
    state: row.state,
    progress: row.state === 'succeeded' ? 100 : percent,
    result: row.state === 'queued' ? null : row.result,
    failure: row.failure,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
