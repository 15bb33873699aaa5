import { Injectable } from '@nestjs/common';
import { Clock } from '../../../infrastructure/clock/clock.js';
import { Database } from '../../../infrastructure/database/database.js';
import { domainEvent } from '../../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../../infrastructure/outbox/outbox.js';
import { ScheduledTask } from '../../../infrastructure/tasks/scheduled-task.js';
import { IMAGE_DELETED } from '../image.events.js';
import { ImagesRepository } from '../images.repository.js';

const KEPT_MS = 86_400_000;

/** Forgets uploads that were begun more than a day ago and never completed. */
@Injectable()
export class UploadSweep extends ScheduledTask {
  override readonly name = 'sweep-image-uploads';

  constructor(
    private readonly images: ImagesRepository,
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** Forgets them batch by batch; the job of each deletion removes its file. */
  override async run(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - KEPT_MS);
    let deleted: string[];
    do {
      deleted = await this.database.transaction(async (tx) => {
        const ids = await this.images.deleteAwaiting(tx, before);
        for (const id of ids) this.outbox.append(tx, domainEvent(IMAGE_DELETED, id, { imageId: id, original: null }));
        return ids;
      });
    } while (deleted.length > 0);
  }
}
