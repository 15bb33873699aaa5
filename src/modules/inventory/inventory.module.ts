import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AdminStockController } from './admin-stock.controller.js';
import { InventoryService } from './inventory.service.js';
import { StockLevelEntity } from './stock-level.entity.js';
import { StockLevelsRepository } from './stock-levels.repository.js';
import { StockMovementEntity } from './stock-movement.entity.js';

/** Stock levels and movements. */
@Module({
  imports: [TypeOrmModule.forFeature([StockLevelEntity, StockMovementEntity])],
  providers: [InventoryService, StockLevelsRepository],
  exports: [InventoryService],
})
export class InventoryModule {}

/** The routes of stock. */
@Module({ imports: [InventoryModule], controllers: [AdminStockController] })
export class InventoryApiModule {}
