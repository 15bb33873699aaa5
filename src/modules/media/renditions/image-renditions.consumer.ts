import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { EventConsumer } from '../../../infrastructure/outbox/event-consumer.js';
import type { ReportProgress } from '../../../infrastructure/queues/job-processor.js';
import type { StoredEvent } from '../../../infrastructure/queues/job.js';
import { JobRunner } from '../../../infrastructure/queues/job-runner.js';
import { IMAGE_CREATED, IMAGE_DELETED } from '../image.events.js';
import { IMAGE_RENDITIONS } from './image-renditions.queue.js';
import { RenditionsService } from './renditions.service.js';

/** Makes and removes the files of images. */
@Processor(IMAGE_RENDITIONS.queue.name)
export class ImageRenditionsConsumer extends EventConsumer {
  override readonly definition = IMAGE_RENDITIONS;

  constructor(
    private readonly runner: JobRunner,
    private readonly renditions: RenditionsService,
  ) {
    super();
  }

  /** Runs a job of the queue. */
  @Process({ concurrency: IMAGE_RENDITIONS.queue.concurrency })
  run(job: Job): Promise<void> {
    return this.runner.run(this, job);
  }

  /** A repeat makes only what is missing, or removes what is left. */
  override async handle(event: StoredEvent, report: ReportProgress): Promise<void> {
    if (event.type === IMAGE_CREATED.type) {
      await this.renditions.makeAll(IMAGE_CREATED.payload.parse(event.payload).imageId, report);
    } else {
      const { imageId, original } = IMAGE_DELETED.payload.parse(event.payload);
      await this.renditions.removeAll(imageId, original);
    }
  }
}
