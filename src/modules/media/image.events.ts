import { z } from 'zod';
import { defineEvent } from '../../infrastructure/outbox/event-registry.js';

/** An image can be shown. */
export const IMAGE_CREATED = defineEvent({
  type: 'image.created',
  version: 1,
  aggregate: 'image',
  meaning: 'An image was uploaded and found good; its renditions are made next.',
  payload: z.strictObject({ imageId: z.uuid() }),
});

/** An image is gone. */
export const IMAGE_DELETED = defineEvent({
  type: 'image.deleted',
  version: 1,
  aggregate: 'image',
  meaning: 'An image was deleted, or never uploaded; its files are removed next.',
  payload: z.strictObject({
    imageId: z.uuid(),
    /** Key of the original in the storage; none when it was never uploaded. */
    original: z.string().nullable(),
  }),
});
