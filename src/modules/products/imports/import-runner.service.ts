import { Injectable } from '@nestjs/common';
import { Clock } from '../../../infrastructure/clock/clock.js';
import { Database } from '../../../infrastructure/database/database.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { toProblem } from '../../../infrastructure/http/problem.filter.js';
import { OperationsRepository } from '../../../infrastructure/operations/operations.repository.js';
import type { CheckedGroup, ProductUpsert } from './checked-product.js';
import { ImportChunksRepository } from './import-chunks.repository.js';
import { batchesOf } from './import-batches.js';
import { addUp, NOTHING_DONE } from './import-result.js';
import { ImportsRepository, type ImportProgress, type OpenImport } from './imports.repository.js';
import { ProductBatchService, type UpsertOutcome } from './product-batch.service.js';
import { openProductFile } from './product-file.js';

/** Thrown out of the transaction of a batch that another run of the same import has done. */
class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/** Imports a file batch by batch; the products of a batch and the progress are one transaction. */
@Injectable()
export class ImportRunner {
  constructor(
    private readonly imports: ImportsRepository,
    private readonly chunks: ImportChunksRepository,
    private readonly operations: OperationsRepository,
    private readonly products: ProductBatchService,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Imports what is left of a file; a run that was broken off goes on behind the last batch.
   *
   * @param report told the percentage after each batch
   */
  async run(importId: string, report: (percent: number) => Promise<void>): Promise<void> {
    const open = await this.imports.findOpen(importId);
    if (!open) return;
    const batches = this.read(open);
    let progress: ImportProgress = open;
    let next = batches.next();
    for (;;) {
      const read = await next;
      if (read.done === true) return;
      const batch = read.value;
      // The next batch is read while PostgreSQL works on this one.
      next = batches.next();
      next.catch(() => undefined);
      const after = await this.importBatch(open, batch, progress);
      if (!after) return;
      progress = after;
      await report(percentOf(open, progress));
    }
  }

  private async *read(open: OpenImport): AsyncGenerator<CheckedGroup[], undefined> {
    const { format, currency, position } = open;
    const read = (offset: number): AsyncIterable<Buffer> => this.chunks.read(open.id, offset);
    const { reader, offset } = await openProductFile({ format, currency, position, read });
    yield* batchesOf(reader, read(offset), () => this.clock.now());
  }

  /** `null` when the import has ended, or another run of it has overtaken this one. */
  private async importBatch(
    open: OpenImport,
    batch: readonly CheckedGroup[],
    progress: ImportProgress,
  ): Promise<ImportProgress | null> {
    try {
      return await this.write(open, batch, progress);
    } catch (error) {
      if (error instanceof Overtaken) return null;
      const { status, code, message } = toProblem(error);
      if (status >= 500) throw error;
      const [group] = batch;
      if (batch.length === 1 && group) {
        const fault = { line: group.group.line, field: null, detail: `${code}: ${message}` };
        return this.importBatch(open, [{ ...group, upsert: null, errors: [...group.errors, fault] }], progress);
      }
      return this.importEach(open, batch, progress);
    }
  }

  /** One by one, so that the fault of one product is that of no other. */
  private async importEach(
    open: OpenImport,
    batch: readonly CheckedGroup[],
    progress: ImportProgress,
  ): Promise<ImportProgress | null> {
    let last: ImportProgress | null = progress;
    for (const group of batch) {
      if (last) last = await this.importBatch(open, [group], last);
    }
    return last;
  }

  private write(
    open: OpenImport,
    batch: readonly CheckedGroup[],
    progress: ImportProgress,
  ): Promise<ImportProgress | null> {
    return this.database.transaction(async (tx) => {
      if (!(await this.mayGoOn(tx, open.id))) return null;
      const upserts = batch.flatMap(({ upsert }) => upsert ?? []);
      const outcomes = upserts.length === 0 ? [] : await this.products.upsert(tx, upserts, `user:${open.createdBy}`);
      const next = advanced(batch, new Map(upserts.map((upsert, index) => [upsert, outcomes[index] ?? NOTHING_DONE])), progress);
      const now = this.clock.now();
      await this.operations.advance(tx, open.id, percentOf(open, next), next.result, now);
      if (!(await this.imports.advance(tx, open.id, progress.position, next, now))) throw new Overtaken();
      return next;
    });
  }

  /** Locks the operation; false when it has ended, or ends now because someone wants it cancelled. */
  private async mayGoOn(tx: Transaction, id: string): Promise<boolean> {
    const running = await this.operations.lockRunning(tx, id);
    if (!running) return false;
    if (!running.cancelRequested) return true;
    await this.operations.end(tx, id, 'cancelled', null, this.clock.now());
    return false;
  }
}

function advanced(
  batch: readonly CheckedGroup[],
  outcomes: ReadonlyMap<ProductUpsert, UpsertOutcome>,
  progress: ImportProgress,
): ImportProgress {
  const rows = batch.reduce((sum, { group }) => sum + group.rows, 0);
  const done = batch.map(({ group, upsert, errors }) => ({
    group,
    errors,
    outcome: (upsert && outcomes.get(upsert)) ?? NOTHING_DONE,
  }));
  return {
    position: batch.at(-1)?.group.end ?? progress.position,
    rowsProcessed: progress.rowsProcessed + rows,
    result: addUp(progress.result, done),
  };
}

function percentOf({ bytesTotal }: OpenImport, { position }: ImportProgress): number {
  return Math.min(100, Math.floor((position.offset / Math.max(1, bytesTotal)) * 100));
}
