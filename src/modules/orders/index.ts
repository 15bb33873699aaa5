export { OrdersApiModule, OrdersModule } from './orders.module.js';
export { OrdersService } from './orders.service.js';
export { OrderSettlementService } from './order-settlement.service.js';
export type { Order } from './order.schema.js';
export { ORDER_CANCELLED, ORDER_CREATED, ORDER_FULFILLED, ORDER_PLACED } from './order.events.js';
export { ORDER_PURCHASES } from './order-purchases.queue.js';
