export { InventoryApiModule, InventoryModule } from './inventory.module.js';
export { InventoryService } from './inventory.service.js';
export { MAX_STOCK, StockLevelSchema, type StockDemand, type StockLevel } from './stock.schema.js';
export { STOCK_ADJUSTED } from './stock.events.js';
