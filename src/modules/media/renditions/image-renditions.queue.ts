import { defineConsumer } from '../../../infrastructure/outbox/event-consumer.js';
import { IMAGE_CREATED, IMAGE_DELETED } from '../image.events.js';

/** The files of images: made when an image is new, removed when it is gone; of one image in this order. */
export const IMAGE_RENDITIONS = defineConsumer({
  name: 'image-renditions',
  events: [IMAGE_CREATED, IMAGE_DELETED],
  concurrency: 1,
  timeoutMs: 600_000,
});
