import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../infrastructure/clock/clock.js';
import { Database } from '../../../../infrastructure/database/database.js';
import { OperationsRepository } from '../../../../infrastructure/operations/operations.repository.js';
import type { ReportProgress } from '../../../../infrastructure/queues/job-processor.js';
import { SearchIndexService, type RebuiltBatch } from '../search-index.service.js';
import { RebuildResultSchema, type RebuildResult } from './rebuild.schema.js';

/** Builds the search anew and keeps how far it has come. */
@Injectable()
export class RebuildRunner {
  constructor(
    private readonly index: SearchIndexService,
    private readonly operations: OperationsRepository,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Does what is left of a rebuild; a run that was broken off goes on where it stopped.
   *
   * @param report told the percentage after each batch
   */
  async run(operationId: string, report: ReportProgress): Promise<void> {
    const begun = await this.standingOf(operationId);
    if (!begun) return;
    const isWhole = await this.index.rebuild(begun.after, async ({ last, products, all }) => {
      const done = begun.products + products;
      const percent = Math.min(99, Math.floor((100 * done) / Math.max(1, all)));
      const goesOn = await this.note(operationId, percent, { products: done, after: last });
      if (goesOn) await report(percent);
      return goesOn;
    });
    if (isWhole) await this.index.countAllWords();
  }

  /** How far a rebuild has come; `null` when it has ended. */
  private async standingOf(operationId: string): Promise<RebuildResult | null> {
    const operation = await this.operations.find(operationId);
    if (!operation || !['queued', 'running'].includes(operation.state)) return null;
    return RebuildResultSchema.parse(operation.result);
  }

  /** Keeps where a rebuild stands; false when it has ended, or ends now. */
  private note(operationId: string, percent: number, result: { products: number; after: RebuiltBatch['last'] }): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const now = this.clock.now();
      const running = await this.operations.lockRunning(tx, operationId);
      if (!running) return false;
      await this.operations.advance(tx, operationId, percent, result, now);
      if (running.cancelRequested) await this.operations.end(tx, operationId, 'cancelled', null, now);
      return !running.cancelRequested;
    });
  }
}
