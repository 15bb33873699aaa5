import { Injectable } from '@nestjs/common';
import { Clock } from '../../../infrastructure/clock/clock.js';
import { Database } from '../../../infrastructure/database/database.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { domainEvent, type EventDefinition } from '../../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../../infrastructure/outbox/outbox.js';
import { ScheduledTask } from '../../../infrastructure/tasks/scheduled-task.js';
import { PRODUCT_ARCHIVED, PRODUCT_PUBLISHED } from '../product.events.js';
import { PublishingRepository } from './publishing.repository.js';

/**
 * Moves the states of products whose time has come, and tells it. Readers have not
 * waited for it: to them a product is on sale from the second that it names.
 */
@Injectable()
export class PublishProducts extends ScheduledTask {
  override readonly name = 'publish-products';

  constructor(
    private readonly publishing: PublishingRepository,
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** Publishes and then archives, batch by batch, so that a product whose whole time is over is told both. */
  override async run(): Promise<void> {
    await this.moveAll(PRODUCT_PUBLISHED, (tx, now) => this.publishing.publishDue(tx, now));
    await this.moveAll(PRODUCT_ARCHIVED, (tx, now) => this.publishing.archiveDue(tx, now));
  }

  private async moveAll(
    event: EventDefinition,
    move: (tx: Transaction, now: Date) => Promise<{ id: string }[]>,
  ): Promise<void> {
    const now = this.clock.now();
    const moveSome = (): Promise<number> =>
      this.database.transaction(async (tx) => {
        const moved = await move(tx, now);
        for (const { id } of moved) this.outbox.append(tx, domainEvent(event, id, { productId: id }));
        return moved.length;
      });
    while ((await moveSome()) > 0);
  }
}
