import { Injectable } from '@nestjs/common';
import { Config } from '../../../../config/config.js';
import { Clock } from '../../../infrastructure/clock/clock.js';
import { Database } from '../../../infrastructure/database/database.js';
import { ScheduledTask } from '../../../infrastructure/tasks/scheduled-task.js';
import { WebhookDeliveriesRepository } from './webhook-deliveries.repository.js';

/** Forgets deliveries that were settled before the oldest event that the log keeps. */
@Injectable()
export class DeliverySweep extends ScheduledTask {
  override readonly name = 'sweep-webhook-deliveries';

  constructor(
    private readonly deliveries: WebhookDeliveriesRepository,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {
    super();
  }

  /** Forgets them batch by batch. */
  override async run(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - this.config.retention.eventsMs);
    while (await this.database.transaction((tx) => this.deliveries.deleteSettled(tx, before)));
  }
}
