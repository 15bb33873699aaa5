import { Injectable } from '@nestjs/common';
import { decodeCursor, listFingerprint } from '../../common/pagination/cursor.js';
import { toPage, type Page } from '../../common/pagination/page.schema.js';
import { problem } from '../../common/problems/problem.js';
import { Clock } from '../../infrastructure/clock/clock.js';
import { Database } from '../../infrastructure/database/database.js';
import type { LongOperation } from '../../infrastructure/operations/operation.schema.js';
import { OperationsRepository } from '../../infrastructure/operations/operations.repository.js';
import type { ListOperations } from './job.schema.js';

/** Long work that people started, for staff. */
@Injectable()
export class OperationsService {
  constructor(
    private readonly operations: OperationsRepository,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** A page of operations, the newest first. */
  async list({ limit, cursor, ...filters }: ListOperations): Promise<Page<LongOperation>> {
    const fingerprint = listFingerprint(filters);
    const position = cursor === undefined ? undefined : decodeCursor(fingerprint, cursor, 'timestamptz');
    const after = position && { createdAt: position.value, id: position.id };
    const rows = await this.operations.list({ ...filters, limit, after });
    return toPage(rows, limit, fingerprint, ({ createdAt, id }) => ({ value: createdAt, id }), (row) => row);
  }

  /**
   * How far an operation is.
   *
   * @throws Problem `not_found` (404)
   */
  async get(id: string): Promise<LongOperation> {
    const found = await this.operations.find(id);
    if (!found) throw problem('not_found');
    return found;
  }

  /**
   * Asks an operation to end; what it has done stays. One that has not begun ends at once.
   *
   * @throws Problem `not_found` (404), `invalid_state_transition` (409) when it has ended
   */
  cancel(id: string): Promise<LongOperation> {
    return this.database.transaction(async (tx) => {
      const cancelled = await this.operations.requestCancel(tx, id, this.clock.now());
      if (cancelled) return cancelled;
      const state = await this.operations.stateIn(tx, id);
      throw state === null ? problem('not_found') : problem('invalid_state_transition', { state, action: 'cancel' });
    });
  }
}
