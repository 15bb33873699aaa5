export { ORDER_MAILS } from './order-mails.queue.js';
