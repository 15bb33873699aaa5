import { Injectable } from '@nestjs/common';
import { Config } from '../../../config/config.js';
import { Clock } from '../../infrastructure/clock/clock.js';
import { Database } from '../../infrastructure/database/database.js';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import {
  INVARIANTS,
  InvariantsRepository,
  VIOLATIONS_NAMED,
  type CheckMoments,
  type Invariant,
} from './invariants.repository.js';
import type { CheckedInvariant, InvariantReport } from './invariants.schema.js';

/** Kept away from the edge of what a sweep may take, for clocks that differ. */
const MARGIN_MS = 3_600_000;

/** Proves the books of the shop against each other, and repairs nothing. */
@Injectable()
export class InvariantsService {
  constructor(
    private readonly invariants: InvariantsRepository,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** Checks every invariant; all see the shop at the same moment. */
  check(): Promise<InvariantReport> {
    return this.database.transaction(async (tx) => {
      await this.invariants.beginCheck(tx);
      const moments = this.moments();
      const checked: CheckedInvariant[] = [];
      for (const invariant of INVARIANTS) checked.push(await this.checkOne(tx, invariant, moments));
      const holds = checked.every((invariant) => invariant.holds);
      return { status: holds ? 'holds' : 'broken', checkedAt: moments.now.toISOString(), invariants: checked };
    });
  }

  private async checkOne(tx: Transaction, invariant: Invariant, moments: CheckMoments): Promise<CheckedInvariant> {
    const { name, description, subject } = invariant;
    const rows = await this.invariants.find(tx, invariant, moments);
    return {
      name,
      description,
      holds: rows.length === 0,
      violations: rows.slice(0, VIOLATIONS_NAMED).map(({ id, detail }) => ({ subject, id, detail })),
      more: rows.length > VIOLATIONS_NAMED,
    };
  }

  private moments(): CheckMoments {
    const now = this.clock.now();
    const { eventsMs, jobsMs } = this.config.retention;
    return {
      now,
      eventsSince: new Date(now.getTime() - eventsMs + MARGIN_MS),
      jobsSince: new Date(now.getTime() - jobsMs + MARGIN_MS),
    };
  }
}
