export { CartsApiModule, CartsModule } from './carts.module.js';
export { CartsService, type CheckedOutCart } from './carts.service.js';
export { MAX_LINE_ITEMS, MAX_QUANTITY } from './cart.schema.js';
export { CART_CREATED, CART_UPDATED } from './cart.events.js';
