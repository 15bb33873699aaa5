import { Inject, Injectable } from '@nestjs/common';
import { Config } from '../../../config/config.js';
import { LOG, type Log } from '../../infrastructure/logging/logger.js';
import { PeriodicTask } from '../../infrastructure/periodic/periodic-task.js';
import { OrderSettlementService } from './order-settlement.service.js';

const MAX_INTERVAL_MS = 10_000;

/** Finishes, in the worker, the payments that a request left open. */
@Injectable()
export class PaymentRecovery extends PeriodicTask {
  constructor(
    private readonly settlement: OrderSettlementService,
    private readonly config: Config,
    @Inject(LOG) log: Log,
  ) {
    super(Math.min(config.payments.recoveryAfterMs, MAX_INTERVAL_MS), log);
  }

  /** Finishes what has been open for too long. */
  override async work(): Promise<boolean> {
    await this.settlement.recover(this.config.payments.recoveryAfterMs);
    return false;
  }
}
