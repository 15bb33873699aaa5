import { Injectable } from '@nestjs/common';
import { Config } from '../../../../config/config.js';
import { Clock } from '../../../infrastructure/clock/clock.js';
import { Database } from '../../../infrastructure/database/database.js';
import { toProblem } from '../../../infrastructure/http/problem.filter.js';
import { OperationsRepository } from '../../../infrastructure/operations/operations.repository.js';
import type { CheckedGroup, ProductUpsert } from './checked-product.js';
import { ImportChunksRepository } from './import-chunks.repository.js';
import { batchesOf, shareName, type ImportBatch } from './import-batches.js';
import { addUp, NOTHING_DONE } from './import-result.js';
import { ImportsRepository, type ImportProgress, type OpenImport } from './imports.repository.js';
import { isRefusedForAnother, ProductBatchService, type UpsertOutcome } from './product-batch.service.js';
import { openProductFile } from './product-file.js';

/** Thrown out of the transaction of a batch that is not to be: the import has ended, or another run of it has done the batch. */
class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** Thrown out of the transaction of a batch that has to wait for the one before it. */
class TooEarly extends Error {
  override readonly name = 'TooEarly';
}

/** How far the batches before have come; `null` when the import has ended meanwhile. */
type Turn = Promise<ImportProgress | null>;

/** Connections below which a process has none for a batch that waits for another. */
const MIN_POOL = 4;

/**
 * Imports a file batch by batch; the products of a batch and the progress are one transaction.
 *
 * While PostgreSQL writes one batch, the next is read, planned and written in a transaction
 * of its own, which then waits for the end of the first: batches commit in the order of the
 * file. Two that have a name in common do not meet, and what a batch is refused beside
 * another it is asked again after it, so that the result is that of one after the other.
 */
@Injectable()
export class ImportRunner {
  constructor(
    private readonly imports: ImportsRepository,
    private readonly chunks: ImportChunksRepository,
    private readonly operations: OperationsRepository,
    private readonly products: ProductBatchService,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * Imports what is left of a file; a run that was broken off goes on behind the last batch.
   *
   * @param report told the percentage after each batch
   */
  async run(importId: string, report: (percent: number) => Promise<void>): Promise<void> {
    const open = await this.imports.findOpen(importId);
    if (!open) return;
    const step = async (batch: ImportBatch, turn: Turn): Turn => {
      const progress = await this.importBatch(open, batch, turn);
      if (progress) await report(percentOf(open, progress));
      return progress;
    };
    let [before, last]: [Turn, Turn] = [Promise.resolve(open), Promise.resolve(open)];
    let names: ReadonlySet<string> = new Set();
    try {
      for await (const batch of this.read(open)) {
        // One that shares a name with the last, or has no connection beside it, begins after it.
        const mayMeet = this.config.database.poolSize >= MIN_POOL && !shareName(batch.names, names);
        if (!(await (mayMeet ? before : last))) break;
        [before, last, names] = [last, step(batch, last), batch.names];
        last.catch(() => undefined);
      }
    } finally {
      await Promise.allSettled([before, last]);
    }
    await last;
  }

  private async *read(open: OpenImport): AsyncGenerator<ImportBatch, undefined> {
    const { format, currency, position } = open;
    const read = (offset: number): AsyncIterable<Buffer> => this.chunks.read(open.id, offset);
    const { reader, offset } = await openProductFile({ format, currency, position, read });
    yield* batchesOf(reader, read(offset), () => this.clock.now());
  }

  /** Writes a batch beside the one before it; if that fails, after it. */
  private async importBatch(open: OpenImport, { groups }: ImportBatch, turn: Turn): Turn {
    let isEarly = true;
    const ended = turn.then((progress) => {
      isEarly = false;
      return progress;
    });
    // It may fail before it is waited for.
    ended.catch(() => undefined);
    try {
      return await this.write(open, groups, ended, () => isEarly);
    } catch (error) {
      const progress = await ended;
      if (!progress || error instanceof Stopped) return this.stop(open);
      return this.importAlone(open, groups, progress);
    }
  }

  /** Writes a batch when no other is being written. */
  private async importAlone(open: OpenImport, batch: readonly CheckedGroup[], progress: ImportProgress): Turn {
    try {
      return await this.write(open, batch, Promise.resolve(progress), () => false);
    } catch (error) {
      if (error instanceof Stopped) return this.stop(open);
      const { status, code, message } = toProblem(error);
      if (status >= 500) throw error;
      const [group] = batch;
      if (batch.length === 1 && group) {
        const fault = { line: group.group.line, field: null, detail: `${code}: ${message}` };
        return this.importAlone(open, [{ ...group, upsert: null, errors: [...group.errors, fault] }], progress);
      }
      return this.importEach(open, batch, progress);
    }
  }

  /** One by one, so that the fault of one product is that of no other. */
  private async importEach(open: OpenImport, batch: readonly CheckedGroup[], progress: ImportProgress): Turn {
    let last: ImportProgress | null = progress;
    for (const group of batch) {
      if (last) last = await this.importAlone(open, [group], last);
    }
    return last;
  }

  private write(open: OpenImport, batch: readonly CheckedGroup[], turn: Turn, isEarly: () => boolean): Turn {
    return this.database.transaction(async (tx) => {
      const upserts = batch.flatMap(({ upsert }) => upsert ?? []);
      const wasEarly = isEarly();
      const outcomes = upserts.length === 0 ? [] : await this.products.upsert(tx, upserts, `user:${open.createdBy}`);
      if (wasEarly && outcomes.some(isRefusedForAnother)) throw new TooEarly();
      const progress = await turn;
      if (!progress) throw new Stopped();
      // Locked last, in the order of the batches: the one before holds it until it has ended.
      const running = await this.operations.lockRunning(tx, open.id);
      if (!running || running.cancelRequested) throw new Stopped();
      const next = advanced(batch, new Map(upserts.map((upsert, index) => [upsert, outcomes[index] ?? NOTHING_DONE])), progress);
      const now = this.clock.now();
      await this.operations.advance(tx, open.id, percentOf(open, next), next.result, now);
      if (!(await this.imports.advance(tx, open.id, progress.position, next, now))) throw new Stopped();
      return next;
    });
  }

  /** Ends the import when someone wants it cancelled. */
  private stop({ id }: OpenImport): Promise<null> {
    return this.database.transaction(async (tx) => {
      const running = await this.operations.lockRunning(tx, id);
      if (running?.cancelRequested === true) await this.operations.end(tx, id, 'cancelled', null, this.clock.now());
      return null;
    });
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
