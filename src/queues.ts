import type { QueueDefinition } from './infrastructure/queues/queue-registry.js';
import { TASKS } from './infrastructure/tasks/tasks.queue.js';
import { IMAGE_RENDITIONS } from './modules/media/index.js';
import { ORDER_MAILS } from './modules/notifications/index.js';
import { ORDER_PURCHASES } from './modules/orders/index.js';
import { PRODUCT_IMPORTS, SEARCH_REBUILDS } from './modules/products/index.js';
import { WEBHOOK_DELIVERIES, WEBHOOK_MAILS, WEBHOOK_REPLAYS, WEBHOOKS } from './modules/webhooks/index.js';

/** Every queue, for the processes that show them as for those that do their jobs. */
export const QUEUES: readonly QueueDefinition[] = [
  TASKS,
  ORDER_MAILS.queue,
  ORDER_PURCHASES.queue,
  PRODUCT_IMPORTS.queue,
  SEARCH_REBUILDS.queue,
  IMAGE_RENDITIONS.queue,
  WEBHOOKS.queue,
  WEBHOOK_DELIVERIES,
  WEBHOOK_MAILS.queue,
  WEBHOOK_REPLAYS.queue,
];
