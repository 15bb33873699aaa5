import { Injectable } from '@nestjs/common';
import { problem, type InputFault } from '../../../common/problems/problem.js';
import { Clock } from '../../../infrastructure/clock/clock.js';
import { Database } from '../../../infrastructure/database/database.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { toProblem } from '../../../infrastructure/http/problem.filter.js';
import { CreateProductSchema } from '../product.schema.js';
import { OperationsRepository } from '../../../infrastructure/operations/operations.repository.js';
import { ImportsRepository, type ImportProgress } from './imports.repository.js';
import type { ImportResult, RowError } from './import.schema.js';
import { ProductUpsertService, type ProductUpsert, type UpsertOutcome } from './product-upsert.service.js';
import { readProductFile } from './product-file.js';
import type { ProductGroup } from './shopify-csv.js';

const MAX_ERRORS_KEPT = 1_000;

/** Imports a file product by product; each product and the progress are one transaction. */
@Injectable()
export class ImportRunner {
  constructor(
    private readonly imports: ImportsRepository,
    private readonly operations: OperationsRepository,
    private readonly products: ProductUpsertService,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Imports what is left of a file; a run that was broken off goes on where it stopped.
   *
   * @param report told the percentage after each product
   */
  async run(importId: string, report: (percent: number) => Promise<void>): Promise<void> {
    const open = await this.imports.findOpen(importId);
    if (!open) return;
    const groups = readProductFile(open.format, open.file, open.currency);
    const rowsTotal = groups.reduce((sum, { rows }) => sum + rows, 0);
    let progress: ImportProgress = open;
    let groupEnd = 0;
    for (const group of groups) {
      groupEnd += group.rows;
      if (groupEnd <= open.rowsProcessed) continue;
      const next = await this.importGroup({ id: importId, actor: `user:${open.createdBy}` }, group, {
        ...progress,
        rowsTotal,
      });
      if (!next) return;
      progress = next;
      await report(Math.floor((progress.rowsProcessed / rowsTotal) * 100));
    }
  }

  /** `null` when another run of the same import has overtaken this one. */
  private async importGroup(
    { id, actor }: { id: string; actor: string },
    group: ProductGroup,
    progress: ImportProgress & { rowsTotal: number },
  ): Promise<ImportProgress | null> {
    const { upsert, errors } = validate(group);
    const after = (outcome: UpsertOutcome | null, more: RowError[]) => ({
      rowsProcessed: progress.rowsProcessed + group.rows,
      result: addUp(progress.result, group.rows, outcome, [...errors, ...more]),
    });
    try {
      return await this.database.transaction(async (tx) => {
        if (!(await this.mayGoOn(tx, id))) return null;
        const outcome = upsert && (await this.products.upsert(tx, upsert, actor));
        const next = after(outcome, []);
        const advanced = await this.advance(tx, id, progress, next);
        if (!advanced) throw problem('invalid_state_transition', { state: 'running', action: 'import' });
        return next;
      });
    } catch (error) {
      const { status, code, message, faults } = toProblem(error);
      if (code === 'invalid_state_transition') return null;
      if (status >= 500) throw error;
      return this.skip(id, progress, after(null, rowErrors(group.line, faults, `${code}: ${message}`)));
    }
  }

  private async skip(
    id: string,
    progress: ImportProgress & { rowsTotal: number },
    next: ImportProgress,
  ): Promise<ImportProgress | null> {
    const advanced = await this.database.transaction(
      async (tx) => (await this.mayGoOn(tx, id)) && this.advance(tx, id, progress, next),
    );
    return advanced ? next : null;
  }

  /** Locks the operation; false when it has ended, or ends now because someone wants it cancelled. */
  private async mayGoOn(tx: Transaction, id: string): Promise<boolean> {
    const running = await this.operations.lockRunning(tx, id);
    if (!running) return false;
    if (!running.cancelRequested) return true;
    await this.operations.end(tx, id, 'cancelled', null, this.clock.now());
    return false;
  }

  private async advance(
    tx: Transaction,
    id: string,
    progress: ImportProgress & { rowsTotal: number },
    next: ImportProgress,
  ): Promise<boolean> {
    const { rowsTotal } = progress;
    const now = this.clock.now();
    await this.operations.advance(tx, id, Math.floor((next.rowsProcessed / rowsTotal) * 100), next.result, now);
    return this.imports.advance(tx, id, progress.rowsProcessed, { ...next, rowsTotal }, now);
  }
}

/** Checks a group against the same schema as a product that staff make by hand. */
function validate(group: ProductGroup): { upsert: ProductUpsert | null; errors: RowError[] } {
  if (!group.product) return { upsert: null, errors: group.errors };
  const { variants, ...details } = group.product;
  const { state } = group;
  const parsed = CreateProductSchema.safeParse({
    ...details,
    variants: variants.map(({ line: __, ...variant }) => variant),
  });
  if (parsed.success) return { upsert: { ...parsed.data, slug: details.slug, state }, errors: group.errors };
  const faults = parsed.error.issues.map(({ path, message }) => ({
    line: path[0] === 'variants' ? (variants[Number(path[1])]?.line ?? group.line) : group.line,
    field: path.map(String).join('.') || null,
    detail: message,
  }));
  return { upsert: null, errors: [...group.errors, ...faults] };
}

/** What was wrong with a group: each field that is named, or the whole. */
function rowErrors(line: number, faults: readonly InputFault[], whole: string): RowError[] {
  if (faults.length === 0) return [{ line, field: null, detail: whole }];
  return faults.map(({ pointer, detail }) => ({ line, field: pointer.slice(1).replaceAll('/', '.') || null, detail }));
}

function addUp(
  result: ImportResult,
  rows: number,
  outcome: UpsertOutcome | null,
  errors: readonly RowError[],
): ImportResult {
  const count = (kind: UpsertOutcome['product']): number => (outcome?.product === kind ? 1 : 0);
  return {
    rows: result.rows + rows,
    productsCreated: result.productsCreated + count('created'),
    productsUpdated: result.productsUpdated + count('updated'),
    productsUnchanged: result.productsUnchanged + count('unchanged'),
    variantsCreated: result.variantsCreated + (outcome?.variantsCreated ?? 0),
    variantsUpdated: result.variantsUpdated + (outcome?.variantsUpdated ?? 0),
    errorCount: result.errorCount + errors.length,
    errors: [...result.errors, ...errors].slice(0, MAX_ERRORS_KEPT),
  };
}
