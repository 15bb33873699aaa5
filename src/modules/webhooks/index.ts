export { WebhooksApiModule, WebhooksModule } from './webhooks.module.js';
export { WEBHOOKS } from './deliveries/webhooks.queue.js';
export { WEBHOOK_DELIVERIES } from './deliveries/webhook-deliveries.queue.js';
export { WEBHOOK_MAILS } from './mails/webhook-mails.queue.js';
export { WEBHOOK_REPLAYS } from './replays/replays.queue.js';
