import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Config } from '../../../config/config.js';
import { LOG, type Log } from '../../infrastructure/logging/logger.js';
import { PeriodicTask } from '../../infrastructure/periodic/periodic-task.js';
import { OrderSettlementService } from './order-settlement.service.js';

/** Finishes, in the worker, the payments that a request left open. */
@Injectable()
export class PaymentRecovery implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task: PeriodicTask;

  constructor(settlement: OrderSettlementService, config: Config, @Inject(LOG) log: Log) {
    const { recoveryAfterMs } = config.payments;
    this.task = new PeriodicTask(
      'payment recovery',
      Math.min(recoveryAfterMs, 10_000),
      async () => {
        await settlement.recover(recoveryAfterMs);
        return false;
      },
      log,
    );
  }

  /** Looks now, and from now on. */
  onApplicationBootstrap(): void {
    this.task.start();
  }

  /** Stops looking; a running turn ends first. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.task.stop();
  }
}
