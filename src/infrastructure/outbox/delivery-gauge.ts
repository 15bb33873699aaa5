import { Inject, Injectable } from '@nestjs/common';
import { LOG, type Log } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { PeriodicTask } from '../periodic/periodic-task.js';
import { DeliveriesRepository } from './deliveries.repository.js';

const INTERVAL_MS = 10_000;

/** Keeps the gauge of waiting deliveries. */
@Injectable()
export class DeliveryGauge extends PeriodicTask {
  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly metrics: Metrics,
    @Inject(LOG) log: Log,
  ) {
    super(INTERVAL_MS, log);
  }

  /** Counts what waits. */
  override async work(): Promise<boolean> {
    this.metrics.setPendingDeliveries(await this.deliveries.countPending());
    return false;
  }
}
